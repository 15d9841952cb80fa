/** A SIP server, a caller and a phone, for tests of calls from end to end. */
@NullMarked
package dev.ringpost.testing.sip;

import org.jspecify.annotations.NullMarked;
