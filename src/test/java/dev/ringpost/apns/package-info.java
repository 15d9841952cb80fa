@NullMarked
package dev.ringpost.apns;

import org.jspecify.annotations.NullMarked;
