module Policy = Policy
module Health = Health
module Restarts = Restarts
module Bus_type = Bus_type
module Actor_type = Actor_type
module Make = Make.Make
