package dev.ringpost.testing.ruin.apns;

import io.netty.channel.EventLoop;

/** A resident of a loop who never asks where he is. */
public final class Sleepwalker {

  private final EventLoop loop;
  private int steps;

  Sleepwalker(EventLoop loop) {
    this.loop = loop;
  }

  void walk() {
    loop.execute(() -> steps++);
  }
}
