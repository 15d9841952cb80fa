/** Tests of the room of the same name. */
@NullMarked
package dev.ringpost.config;

import org.jspecify.annotations.NullMarked;
