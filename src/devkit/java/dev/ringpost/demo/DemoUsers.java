package dev.ringpost.demo;

import dev.ringpost.call.BundleId;
import dev.ringpost.call.Device;
import dev.ringpost.call.DeviceId;
import dev.ringpost.call.Environment;
import dev.ringpost.call.UserId;
import dev.ringpost.call.VoipToken;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;

/**
 * The people of the demo: a few hundred users with one to three phones each, some of which are not
 * what they were. This is the truth that the demo's cross-check compares with.
 *
 * @param phones each user's phones
 * @param fates what APNs will say of each token
 */
record DemoUsers(Map<UserId, List<Device>> phones, Map<VoipToken, Fate> fates) {

  static final BundleId PHONE_APP = new BundleId("com.example.phone");
  static final BundleId DESK_APP = new BundleId("com.example.desk");

  private static final int TOKEN_BYTES = 32;
  private static final double ON_DESK_APP = 0.2;
  private static final double IN_SANDBOX = 0.1;
  private static final double DEAD = 0.03;

  /** Of so many users one has no phone that rings. */
  private static final int ONE_IN_SILENT = 30;

  /** The answer of APNs about a phone's token. */
  enum Fate {
    RINGS,
    DEAD
  }

  static DemoUsers of(int users, Instant now, RandomGenerator random) {
    Map<UserId, List<Device>> phones = new LinkedHashMap<>();
    Map<VoipToken, Fate> fates = new LinkedHashMap<>();
    for (int user = 1; user <= users; user++) {
      List<Device> mine = new ArrayList<>();
      boolean silent = user % ONE_IN_SILENT == 0;
      int count = 1 + random.nextInt(3);
      for (int phone = 1; phone <= count; phone++) {
        Device device = phone(phone, now, random);
        mine.add(device);
        fates.put(device.token(), silent || random.nextDouble() < DEAD ? Fate.DEAD : Fate.RINGS);
      }
      phones.put(new UserId("user-%03d".formatted(user)), mine);
    }
    return new DemoUsers(phones, fates);
  }

  private static Device phone(int number, Instant now, RandomGenerator random) {
    byte[] token = new byte[TOKEN_BYTES];
    random.nextBytes(token);
    return new Device(
        new DeviceId("iphone-" + number),
        VoipToken.ofBytes(token),
        random.nextDouble() < ON_DESK_APP ? DESK_APP : PHONE_APP,
        random.nextDouble() < IN_SANDBOX ? Environment.SANDBOX : Environment.PRODUCTION,
        now.minusSeconds(random.nextInt(86_400)));
  }

  int devices() {
    return fates.size();
  }
}
