type 'a t = 'a option = None | Some of 'a
