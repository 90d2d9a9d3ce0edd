include Mycelium_actor.Make (Mycelium_bus)
