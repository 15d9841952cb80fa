package dev.ringpost.testing.guarantees;

import dev.ringpost.call.VoipToken;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * No token, key, passphrase or payload is in a log, metric, result, error or header of ours. It is
 * told the secrets and then shown whatever Ringpost wrote; a breach names the place and the secret,
 * and does not print it either. For one thread.
 */
public final class NothingSecretPrinted implements Guarantee {

  /** A part of a token or key that is long enough to be no accident. */
  private static final int TELLING = 12;

  private final Map<String, String> namesByText = new LinkedHashMap<>();
  private final Set<String> places = new LinkedHashSet<>();
  private final List<String> breaches = new ArrayList<>();

  /** Adds a secret that must not stand anywhere, whole. */
  public void secret(String name, String text) {
    if (text.length() < 6) {
      throw new IllegalArgumentException(name + " is too short to be searched for");
    }
    namesByText.put(text.toLowerCase(Locale.ROOT), name);
  }

  /** Adds a token, of which neither end must stand anywhere, in hex or Base64. */
  public void token(String name, VoipToken token) {
    ends(name, token.hex());
    ends(name + " in Base64", Base64.getEncoder().encodeToString(token.bytes()));
  }

  /** Adds a key in PEM, of which no line must stand anywhere. */
  public void key(String name, String pem) {
    pem.lines().filter(line -> !line.startsWith("-----")).forEach(line -> ends(name, line));
  }

  private void ends(String name, String text) {
    secret(name, text.substring(0, TELLING));
    secret(name, text.substring(text.length() - TELLING));
  }

  /** Shows it what was written at some place. */
  public void look(String place, String written) {
    if (written.isBlank()) {
      throw new IllegalArgumentException(place + " is empty, which proves nothing");
    }
    places.add(place);
    String text = written.toLowerCase(Locale.ROOT);
    namesByText.forEach(
        (secret, name) -> {
          if (text.contains(secret)) {
            breaches.add(place + " holds " + name);
          }
        });
  }

  /** Where it has looked. */
  public Set<String> places() {
    return Set.copyOf(places);
  }

  @Override
  public List<String> breaches() {
    return List.copyOf(breaches);
  }
}
