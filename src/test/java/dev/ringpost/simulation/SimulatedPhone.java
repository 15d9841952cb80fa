package dev.ringpost.simulation;

import dev.ringpost.call.CallId;
import dev.ringpost.call.UserId;
import dev.ringpost.call.VoipToken;
import dev.ringpost.directory.SimulatedViews;
import java.util.HashSet;
import java.util.Set;

/** A phone of a simulated run, and the token that it has now. */
final class SimulatedPhone {

  final String user;
  final String device;
  VoipToken token;

  /** Whether its token is alive and registered. */
  boolean good = true;

  /** The calls of which it has told that it rings. */
  private final Set<CallId> rung = new HashSet<>();

  SimulatedPhone(String user, String device, VoipToken token) {
    this.user = user;
    this.device = device;
    this.token = token;
  }

  String key() {
    return user + "/" + device;
  }

  /** The key of its registration for alerts. */
  String alertKey() {
    return key() + "/alert/";
  }

  /** Begins to ring for a call; false if it does so already. */
  boolean beginsToRing(CallId call) {
    return rung.add(call);
  }

  /** Whether it is rung by a worker with these views. */
  boolean rings(SimulatedViews views) {
    return views.lookup(new UserId(user)).live().stream()
        .anyMatch(it -> it.id().value().equals(device));
  }
}
