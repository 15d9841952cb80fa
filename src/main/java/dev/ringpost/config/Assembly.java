package dev.ringpost.config;

import dev.ringpost.apns.path.ApnsSettings.Proxy;
import dev.ringpost.apns.path.ProxyCredentials;
import dev.ringpost.config.RingpostConfig.App;
import dev.ringpost.config.RingpostConfig.Server;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/** Turns a tree without problems into the records that the house is built from. */
final class Assembly {

  private Assembly() {}

  static RingpostConfig assemble(Path file, ConfigKeys tree, List<App> apps) {
    return new RingpostConfig(
        file,
        kafka(tree.kafka()),
        topics(tree.topics(), tree.retry().ladder().size()),
        new RingpostConfig.Intake(
            tree.intake().group(),
            tree.intake().maxInFlight(),
            tree.intake().ledgerSpan(),
            tree.intake().skipUnreadable()),
        new RingpostConfig.Retry(
            tree.retry().ladder(), tree.retry().group(), tree.retry().maxInFlight()),
        tokens(tree.tokens()),
        new RingpostConfig.Ring(tree.ring().byDefault(), tree.ring().max()),
        new RingpostConfig.Attempt(tree.attempt().max()),
        new RingpostConfig.Fanout(tree.fanout().maxDevices()),
        new RingpostConfig.Payload(tree.payload().key()),
        new RingpostConfig.Results(tree.results().callee()),
        apns(tree.apns()),
        apps,
        new RingpostConfig.Admin(tree.admin().host(), tree.admin().port()),
        new RingpostConfig.Log(tree.log().format(), tree.log().level()));
  }

  private static RingpostConfig.Kafka kafka(ConfigKeys.Kafka tree) {
    return new RingpostConfig.Kafka(
        tree.bootstrapServers().orElseThrow(), tree.properties(), tree.groupProtocol());
  }

  private static RingpostConfig.Topics topics(ConfigKeys.Topics tree, int rungs) {
    String retryPrefix = tree.retry() + "-";
    return new RingpostConfig.Topics(
        tree.create(),
        tree.replicationFactor(),
        tree.partitions(),
        tree.invites(),
        tree.tokens(),
        tree.invalidations(),
        tree.signals(),
        tree.results(),
        retryPrefix,
        IntStream.rangeClosed(1, rungs).mapToObj(rung -> retryPrefix + rung).toList(),
        tree.deadLetters());
  }

  private static RingpostConfig.Tokens tokens(ConfigKeys.Tokens tree) {
    return new RingpostConfig.Tokens(
        tree.oneUserPerToken(),
        tree.invalidateBad(),
        new RingpostConfig.Fuse(
            tree.fuse().answers(), tree.fuse().maxPercent(), tree.fuse().memory()));
  }

  private static RingpostConfig.Apns apns(ApnsKeys tree) {
    return new RingpostConfig.Apns(
        tree.connections(),
        tree.maxInFlightPerConnection(),
        tree.connectTimeout(),
        tree.idlePing(),
        tree.expiration(),
        new Server(tree.production().host(), tree.production().port()),
        new Server(tree.sandbox().host(), tree.sandbox().port()),
        tree.trustedCertificates(),
        tree.hedge()
            .after()
            .map(after -> new RingpostConfig.Hedge(after, tree.hedge().maxPercent())),
        new RingpostConfig.Canary(tree.canary().enabled(), tree.canary().ready()),
        proxy(tree.proxy()));
  }

  private static Optional<Proxy> proxy(ApnsKeys.Proxy tree) {
    // what is not written comes as empty text
    return tree.host()
        .filter(host -> !host.isEmpty())
        .map(
            host ->
                new Proxy(
                    tree.kind(),
                    host,
                    tree.port(),
                    tree.passwordFile()
                        .map(file -> new ProxyCredentials(tree.username().orElse(""), file))));
  }
}
