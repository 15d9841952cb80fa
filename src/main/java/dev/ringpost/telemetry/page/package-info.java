/** The page of all meters that a scrape gets, and its forms. */
@NullMarked
package dev.ringpost.telemetry.page;

import org.jspecify.annotations.NullMarked;
