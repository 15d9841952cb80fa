package dev.ringpost.testing.apns;

/**
 * A connection as it stands.
 *
 * @param number counts from 1 in the order of the handshakes
 * @param announcedStreams the limit announced last: 1 until the first push authenticated by token
 * @param mostInFlight the most streams that were open at once, up to now
 * @param refusedStreams streams refused because the client went past the limit that it had
 *     acknowledged; Pushy tries those again without telling
 * @param pushes how many were read whole, good or bad
 */
public record ConnectionView(
    int number, int announcedStreams, int mostInFlight, long refusedStreams, long pushes) {}
