/** What travels on a connection to APNs: frames, pushes, payloads, and what the answers mean. */
@NullMarked
package dev.ringpost.apns.wire;

import org.jspecify.annotations.NullMarked;
