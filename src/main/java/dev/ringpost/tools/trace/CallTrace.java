package dev.ringpost.tools.trace;

import dev.ringpost.call.CallId;
import dev.ringpost.call.Origin;
import dev.ringpost.config.RingpostConfig;
import dev.ringpost.config.RoomSettings;
import dev.ringpost.tools.records.GroupStanding;
import dev.ringpost.tools.records.ReadingProgress;
import dev.ringpost.tools.records.Stretch;
import dev.ringpost.tools.records.TopicReader;
import dev.ringpost.tools.records.UnreadableTopicsException;
import dev.ringpost.tools.trace.Sighting.Invited;
import dev.ringpost.tools.trace.Sighting.Signalled;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * All that the topics tell of one call in a stretch of time.
 *
 * @param call the call
 * @param stretch what was read
 * @param readAt when it was read
 * @param invites each invite, the oldest first; several callees have one each
 * @param signals what the call server told, for whomever
 * @param offsets how many offsets were passed
 * @param missing topics that do not exist
 * @param dropped how many of the call's records are not shown, beyond the bound
 */
record CallTrace(
    CallId call,
    Stretch stretch,
    Instant readAt,
    List<InviteTrace> invites,
    List<Signalled> signals,
    long offsets,
    List<String> missing,
    long dropped) {

  /**
   * Reads the topics.
   *
   * @param now when it is read
   * @throws UnreadableTopicsException if the cluster does not hand out what is asked for
   */
  static CallTrace read(
      RingpostConfig config, CallId call, Stretch stretch, Instant now, ReadingProgress progress)
      throws UnreadableTopicsException {
    RingpostConfig.Topics topics = config.topics();
    List<String> names = new ArrayList<>(topics.retries(config.retry().count()));
    names.add(topics.invites());
    names.add(topics.signals());
    names.add(topics.results());
    names.add(topics.deadLetters());
    var records = new CallRecords(call, topics, new RoomSettings(config).ring());
    Map<String, Object> client = config.kafka().clientProperties();
    try (var reader = TopicReader.likeWorkers(client, topics.invites())) {
      TopicReader.Summary summary = reader.read(names, stretch, records::look, progress);
      List<InviteTrace> invites = new ArrayList<>();
      for (InviteTrace trace : records.traces()) {
        invites.add(withStanding(trace, client, config.intake().group()));
      }
      return new CallTrace(
          call,
          stretch,
          now,
          invites,
          records.signals(),
          summary.offsets(),
          summary.missing(),
          records.dropped());
    }
  }

  /** Of an invite that nobody told anything about it is asked who should have read it. */
  private static InviteTrace withStanding(
      InviteTrace trace, Map<String, Object> client, String group)
      throws UnreadableTopicsException {
    Optional<Origin> place = trace.invited().map(Invited::place);
    return trace.verdict().isPresent() || place.isEmpty()
        ? trace
        : new InviteTrace(
            trace.invite(),
            trace.sightings(),
            Optional.of(GroupStanding.of(client, group, place.get())));
  }
}
