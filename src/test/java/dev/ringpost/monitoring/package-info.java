/** Alerts and dashboards: true to the meters, and judged by a real Prometheus. */
@NullMarked
package dev.ringpost.monitoring;

import org.jspecify.annotations.NullMarked;
