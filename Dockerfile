# The worker's image:                docker build -t ringpost:0.1.0 .
# The same, with a local APNs:       docker build -t ringpost-devkit:0.1.0 --target devkit .
#
# Pin the bases by digest:           --build-arg BASE_IMAGE=gcr.io/distroless/base-debian12@sha256:...
ARG MAVEN_IMAGE=maven:3.9-eclipse-temurin-25
ARG BASE_IMAGE=gcr.io/distroless/base-debian12:nonroot

# The Java runtime, with no more than the worker uses.
#   java.instrument                            agents, such as OpenTelemetry's
#   java.logging, java.xml                     logback and its first configuration; JUL in Netty, Prometheus
#   java.management, jdk.management            JVM meters; Kafka's own JMX beans
#   java.naming, jdk.naming.dns                SRV and reverse look-ups by Kafka's SASL; DNS below JNDI
#   java.security.sasl, .jgss, jdk.security.*  Kafka's SASL mechanisms, Kerberos with them
#   java.sql                                   types that Jackson knows by name
#   jdk.httpserver                             /metrics, /livez, /readyz
#   jdk.net                                    keep-alive of sockets
#   jdk.unsupported                            Unsafe in Netty and Kafka
# Kafka's OAuth and aws-msk-iam-auth, which may come by RINGPOST_EXTRA_JARS, need none besides.
FROM ${MAVEN_IMAGE} AS runtime
# Options that a deployment may overrule by JAVA_TOOL_OPTIONS:
#   UseSerialGC             as fast as G1 here and the smallest; and its threads do not grow with the node's cores, which
#                           a pod without a CPU limit sees all of. docs/performance.md has the figures.
#   MaxRAMPercentage        the heap follows the container's limit; the rest is for code, metadata, threads and Netty
#   ExitOnOutOfMemoryError  a worker without heap cannot tell what became of its calls; another one can
#   -UsePerfData            it wants to write a file to /tmp, and the root is read-only
#   -AOT…Caching            no machine code in the AOT cache: that of a processor with AVX-512 ends the JVM on one without
#                           (SIGILL), and JDK 25 and 26 do not compare the two
#   native-access, unsafe   Netty and Kafka use both; without a word of consent the JVM warns
#   the rest                zstd and snappy load their native part from here: unpacking it needs a /tmp that can execute
RUN jlink --output /opt/jre \
    --add-modules java.base,java.instrument,java.logging,java.management,java.naming,java.net.http,java.security.jgss,java.security.sasl,java.sql,java.xml,jdk.httpserver,jdk.management,jdk.naming.dns,jdk.net,jdk.security.auth,jdk.security.jgss,jdk.unsupported \
    --strip-java-debug-attributes --no-man-pages --no-header-files --compress=zip-6 \
    --add-options="-XX:+UseSerialGC -XX:MaxRAMPercentage=60 -XX:+ExitOnOutOfMemoryError -XX:-UsePerfData -XX:+UnlockDiagnosticVMOptions -XX:-AOTAdapterCaching -XX:-AOTStubCaching --enable-native-access=ALL-UNNAMED --sun-misc-unsafe-memory-access=allow -Djava.library.path=/opt/ringpost/native -DZstdNativePath=/opt/ringpost/native/libzstd-jni.so -Dorg.xerial.snappy.use.systemlib=true"

# The program. A context that brings target/ along is taken at its word, as the project's own tests do, which must not
# run Maven within Maven; .dockerignore keeps it out of everybody else's.
FROM ${MAVEN_IMAGE} AS build
WORKDIR /build
COPY . .
RUN test -f target/ringpost.jar || mvn -B -DskipTests package

# The program where it will be. zstd's and snappy's native part goes where the JVM loads it from; their jars and lz4's
# keep none of the other platforms, which are 10 MB. Before the run, for the cache knows the jars by size and time.
# Then a real run of it for the AOT cache: the same runtime, options, paths and jars.
FROM ${BASE_IMAGE} AS base

FROM build AS trained
COPY --from=runtime /opt/jre /opt/jre
# For the bill of materials, which names what is in the image beside the libraries.
COPY --from=base / /base/
RUN mkdir -p /opt/ringpost/native /opt/devkit \
 && cp -pr target/lib target/ringpost.jar target/ringpost.cdx.json /opt/ringpost/ \
 && case $(uname -m) in \
      x86_64) zstd=linux/amd64 snappy=Linux/x86_64 ;; \
      aarch64) zstd=linux/aarch64 snappy=Linux/aarch64 ;; \
      *) echo "no native zstd and snappy are known for $(uname -m)" >&2; exit 1 ;; \
    esac \
 && zstd() { cp "$zstd"/libzstd-jni-*.so /opt/ringpost/native/libzstd-jni.so; } \
 && snappy() { cp "org/xerial/snappy/native/$snappy/libsnappyjava.so" /opt/ringpost/native/; } \
 && lz4() { mkdir -p kept && cp "net/jpountz/util/$zstd/liblz4-java.so" kept/; } \
 && for codec in zstd snappy lz4; do \
      library=$(ls /opt/ringpost/lib/$codec-*.jar) && mkdir -p natives/$codec && cd natives/$codec \
      && jar xf "$library" && $codec \
      && find . -type f '(' -name '*.so' -o -name '*.dll' -o -name '*.dylib' -o -name '*.a' -o -name '*.jnilib' ')' ! -path './kept/*' -delete \
      && if [ -d kept ]; then mv kept/liblz4-java.so "net/jpountz/util/$zstd/" && rmdir kept; fi \
      && rm "$library" && jar cfM "$library" . && cd /build || exit 1; \
    done \
 && rm -r natives \
 && java -cp target/test-classes:target/ringpost.jar dev.ringpost.image.ImageBill /opt/ringpost/ringpost.cdx.json /opt/jre /base \
 && java -cp target/test-classes dev.ringpost.image.DevkitJar target/test-classes /opt/devkit/devkit.jar
RUN java --enable-native-access=ALL-UNNAMED --sun-misc-unsafe-memory-access=allow \
    -cp 'target/test-classes:target/ringpost.jar:target/training-lib/*' dev.ringpost.image.TrainingRun \
    /opt/jre/bin/java -Xmx512m -Xlog:aot=error -XX:AOTCacheOutput=/opt/ringpost/ringpost.aot -jar /opt/ringpost/ringpost.jar \
 && test -s /opt/ringpost/ringpost.aot \
 && /opt/jre/bin/java -XX:+AOTAdapterCaching -XX:+AOTStubCaching -Xlog:aot+codecache+init=info \
    -XX:AOTCache=/opt/ringpost/ringpost.aot -jar /opt/ringpost/ringpost.jar --version | grep 'AOT Code Cache is empty'

# No shell, no package manager.
FROM ${BASE_IMAGE} AS worker
LABEL org.opencontainers.image.title="Ringpost" \
      org.opencontainers.image.description="Call invites from Kafka in, VoIP pushes to iPhones out, every outcome reported." \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.vendor="The Ringpost authors" \
      org.opencontainers.image.url="https://ringpost.dev"
COPY --from=runtime /opt/jre /opt/jre
# In one layer: the JVM refuses a cache whose jars have another time, and Docker takes a layer that it has for a new one
# that differs in times alone.
COPY --from=trained /opt/ringpost /opt/ringpost
# A number, so that Kubernetes can see that it is not root. Any other serves as well.
USER 65532:65532
WORKDIR /
EXPOSE 8080
ENTRYPOINT ["/opt/jre/bin/java", "-XX:AOTCache=/opt/ringpost/ringpost.aot", "-jar", "/opt/ringpost/ringpost.jar"]
CMD ["run", "--config", "/etc/ringpost/ringpost.yaml"]

# For clusters without iPhones: a local APNs, and calls to ring.
FROM worker AS devkit
COPY --from=trained /opt/devkit /opt/devkit
EXPOSE 2197 8443
ENTRYPOINT ["/opt/jre/bin/java", "-cp", "/opt/ringpost/ringpost.jar:/opt/devkit/devkit.jar", "dev.ringpost.devkit.Devkit"]
CMD ["--help"]

FROM worker AS ringpost
