"""Ways to other processes: sockets and shared memory, and the hub where they meet."""
