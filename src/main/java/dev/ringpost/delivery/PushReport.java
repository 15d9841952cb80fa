package dev.ringpost.delivery;

import dev.ringpost.call.Device;
import dev.ringpost.call.Environment;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/**
 * The report on one device in one attempt.
 *
 * @param device the device
 * @param outcome how it ended
 * @param apnsId the id that APNs knows the push by, the same on every try
 * @param answer what APNs said last, if it said anything
 * @param connection the connection that carried the last try, or empty text if none did
 * @param tries how often it was handed to a connection
 * @param writtenAt when it was first handed to a connection, if ever
 * @param orderedAt when the delivery began that ordered it; an earlier one than the decision's if a
 *     delivery that lost its partition had learned the outcome
 * @param took from the order to the outcome
 * @param answerTook from the last hand-over to its answer, if there was one
 * @param environment where the outcome is from: the device's, or the other one if the token turned
 *     out to be of that
 */
public record PushReport(
    Device device,
    PushOutcome outcome,
    UUID apnsId,
    Optional<ApnsResponse> answer,
    String connection,
    int tries,
    Optional<Instant> writtenAt,
    Instant orderedAt,
    Duration took,
    Optional<Duration> answerTook,
    Environment environment) {}
