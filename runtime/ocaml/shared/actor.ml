include Mycelium_actor.Make (struct
  module Bus = Bus
  module Fault = Fault
  module Subscriber = Subscriber
  module Publisher = Publisher
end)
