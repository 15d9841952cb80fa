/** The Helm chart and what is rendered from it: right for Kubernetes, and true to the worker. */
@NullMarked
package dev.ringpost.chart;

import org.jspecify.annotations.NullMarked;
