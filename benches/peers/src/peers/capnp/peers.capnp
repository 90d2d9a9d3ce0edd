@0xd1b5c2a7e9f34688;

struct Address {
  x0 @0 :UInt8;
  x1 @1 :UInt8;
  x2 @2 :UInt8;
  x3 @3 :UInt8;
}

struct Log {
  address @0 :Address;
  identity @1 :Text;
  userid @2 :Text;
  date @3 :Text;
  request @4 :Text;
  code @5 :UInt16;
  size @6 :UInt64;
}

struct Logs {
  logs @0 :List(Log);
}

struct Vector3 {
  x @0 :Float32;
  y @1 :Float32;
  z @2 :Float32;
}

struct Triangle {
  v0 @0 :Vector3;
  v1 @1 :Vector3;
  v2 @2 :Vector3;
  normal @3 :Vector3;
}

struct Mesh {
  triangles @0 :List(Triangle);
}

enum Side {
  buy @0;
  sell @1;
}

struct Fixed {
  timestamp @0 :Int64;
  id @1 :UInt64;
  price @2 :Int64;
  quantity @3 :Int64;
  sequence @4 :UInt64;
  instrument @5 :UInt32;
  venue @6 :UInt16;
  side @7 :Side;
  marks @8 :UInt8;
}
