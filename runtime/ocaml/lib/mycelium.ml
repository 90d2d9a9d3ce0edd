module Bus = struct
  include Mycelium_bus.Bus

  let from_topology = Topology.open_bus
end

module Publisher = Mycelium_bus.Publisher
module Subscriber = Mycelium_bus.Subscriber
module Frames = Mycelium_bus.Frames
module Fault = Mycelium_bus.Fault
module Clock = Mycelium_bus.Clock
module Actor = Actor
