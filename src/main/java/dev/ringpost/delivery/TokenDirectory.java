package dev.ringpost.delivery;

import dev.ringpost.call.UserId;

/** The port to every user's devices. Never blocks, never fails; safe for many threads. */
public interface TokenDirectory {

  /** The devices of a user as of now; a user nobody knows has none. */
  DeviceLookup lookup(UserId user);
}
