package dev.ringpost.testing;

import org.apache.kafka.common.security.auth.AuthenticationContext;
import org.apache.kafka.common.security.auth.KafkaPrincipal;
import org.apache.kafka.common.security.authenticator.DefaultKafkaPrincipalBuilder;

/**
 * The principals of an embedded cluster whose ACLs count: whoever comes by the listener of the
 * controllers is one of the cluster. Controllers that are several must speak with each other before
 * they know any ACL. Kafka makes it, by its class's name.
 */
public final class ListenerPrincipals extends DefaultKafkaPrincipalBuilder {

  /** Those that {@code super.users} must name. */
  static final KafkaPrincipal CLUSTER = new KafkaPrincipal(KafkaPrincipal.USER_TYPE, "cluster");

  private static final String CONTROLLERS = "CONTROLLER";

  public ListenerPrincipals() {
    super(null, null);
  }

  @Override
  public KafkaPrincipal build(AuthenticationContext context) {
    return context.listenerName().equals(CONTROLLERS) ? CLUSTER : super.build(context);
  }
}
