/* The main of a program of Rust that holds OCaml: all it does is to call Rust. */
int hosting_rust_main(char **arguments);

int main(int count, char **arguments)
{
  (void)count;
  return hosting_rust_main(arguments);
}
