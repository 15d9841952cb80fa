package dev.ringpost.directory.table;

import dev.ringpost.call.Environment;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A plain map of all that the table holds, by key and partition, with the rule in its plainest
 * form.
 */
final class OneOwnerModel {

  record Key(String user, String device) {}

  record Token(String hex, String app, Environment environment) {

    /** What makes it one phone's: not what somebody took its environment for. */
    List<String> identity() {
      return List.of(hex, app);
    }
  }

  record Registration(Key key, Token token, long time) {}

  private record Stored(int partition, long timestamp, @Nullable Registration registration) {}

  private static final Comparator<Registration> FIRST_COUNTS =
      Comparator.comparingLong(Registration::time)
          .reversed()
          .thenComparing(registration -> registration.key().user())
          .thenComparing(registration -> registration.key().device());

  private final Map<Key, Map<Integer, Stored>> keys = new HashMap<>();

  void put(Key key, int partition, long timestamp, @Nullable Registration registration) {
    keys.computeIfAbsent(key, _ -> new HashMap<>())
        .put(partition, new Stored(partition, timestamp, registration));
  }

  Set<String> of(String user) {
    List<Registration> newest =
        keys.values().stream()
            .map(OneOwnerModel::newest)
            .filter(Objects::nonNull)
            .collect(Collectors.toCollection(ArrayList::new));
    return newest.stream()
        .collect(Collectors.groupingBy(registration -> registration.token().identity()))
        .values()
        .stream()
        .map(rivals -> rivals.stream().min(FIRST_COUNTS).orElseThrow().key())
        .filter(key -> key.user().equals(user))
        .map(Key::device)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static @Nullable Registration newest(Map<Integer, Stored> partitions) {
    return partitions.values().stream()
        .max(Comparator.comparingLong(Stored::timestamp).thenComparingInt(Stored::partition))
        .orElseThrow()
        .registration();
  }
}
