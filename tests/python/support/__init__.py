"""What the black box tests share: the server as a process, the ceremony, the keys on the owner's side."""
