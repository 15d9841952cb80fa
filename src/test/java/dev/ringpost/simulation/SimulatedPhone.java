package dev.ringpost.simulation;

import dev.ringpost.call.UserId;
import dev.ringpost.call.VoipToken;
import dev.ringpost.directory.SimulatedViews;

/** A phone of a simulated run, and the token that it has now. */
final class SimulatedPhone {

  final String user;
  final String device;
  VoipToken token;

  /** Whether its token is alive and registered. */
  boolean good = true;

  SimulatedPhone(String user, String device, VoipToken token) {
    this.user = user;
    this.device = device;
    this.token = token;
  }

  String key() {
    return user + "/" + device;
  }

  /** Whether it is rung by a worker with these views. */
  boolean rings(SimulatedViews views) {
    return views.lookup(new UserId(user)).live().stream()
        .anyMatch(it -> it.id().value().equals(device));
  }
}
