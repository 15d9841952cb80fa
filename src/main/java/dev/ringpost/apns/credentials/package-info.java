/** Reading and judging the keys and certificates that prove to Apple who we are. */
@NullMarked
package dev.ringpost.apns.credentials;

import org.jspecify.annotations.NullMarked;
