package dev.ringpost.image;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The bill of materials of the image: that of the libraries, which Maven makes, and what the image
 * has beside them, the Java runtime and the packages of the base system. So a scanner that reads it
 * knows of everything. In CycloneDX's form, packages by their package URLs as scanners know them.
 *
 * <p>Its arguments are the bill, which it writes anew, the folder of the runtime, and that of the
 * base system's files.
 */
public final class ImageBill {

  private static final JsonMapper JSON = new JsonMapper();
  private static final Pattern PARAGRAPHS = Pattern.compile("\n\\s*\n");

  /** A package of Debian's, or of a system that is made from it. */
  private record DebianPackage(String name, String version, String architecture, String source) {

    /** Of a paragraph of dpkg's status; nothing if it is not installed. */
    static Optional<DebianPackage> of(Map<String, String> paragraph) {
      String name = paragraph.getOrDefault("Package", "");
      String version = paragraph.getOrDefault("Version", "");
      boolean installed = paragraph.getOrDefault("Status", "installed").endsWith("installed");
      return installed && !name.isEmpty() && !version.isEmpty()
          ? Optional.of(
              new DebianPackage(
                  name,
                  version,
                  paragraph.getOrDefault("Architecture", "all"),
                  paragraph.getOrDefault("Source", name).replaceFirst(" \\(.*", "")))
          : Optional.empty();
    }
  }

  private final ObjectNode bill;
  private final ArrayNode components;

  private ImageBill(ObjectNode bill) {
    this.bill = bill;
    this.components = bill.withArray("components");
  }

  public static void main(String[] billRuntimeAndBase) throws IOException {
    Path file = Path.of(billRuntimeAndBase[0]);
    var bill = new ImageBill((ObjectNode) JSON.readTree(Files.readString(file)));
    bill.addRuntime(Path.of(billRuntimeAndBase[1]));
    bill.addSystem(Path.of(billRuntimeAndBase[2]));
    Files.writeString(file, JSON.writerWithDefaultPrettyPrinter().writeValueAsString(bill.bill));
  }

  private void addRuntime(Path folder) throws IOException {
    String version = properties(Files.readString(folder.resolve("release"))).get("JAVA_VERSION");
    if (version == null) {
      throw new IOException(folder.resolve("release") + " names no JAVA_VERSION");
    }
    component("platform", "pkg:generic/openjdk@" + encoded(version), "openjdk", version)
        .put("cpe", "cpe:2.3:a:oracle:openjdk:" + version + ":*:*:*:*:*:*:*");
  }

  /** A base that is not of Debian's kind is named, and that its packages are not. */
  private void addSystem(Path base) throws IOException {
    Map<String, String> system = new HashMap<>();
    for (String place : List.of("usr/lib/os-release", "etc/os-release")) {
      if (system.isEmpty() && Files.isRegularFile(base.resolve(place))) {
        system.putAll(properties(Files.readString(base.resolve(place))));
      }
    }
    String id = system.getOrDefault("ID", "linux");
    String version = system.getOrDefault("VERSION_ID", "unknown");
    ObjectNode named = component("operating-system", "os:" + id + "@" + version, id, version);
    named.remove("purl");
    List<DebianPackage> packages = packages(base.resolve("var/lib/dpkg"));
    if (packages.isEmpty()) {
      System.out.println("the base system has no dpkg: its packages are not in the bill");
    }
    for (DebianPackage one : packages) {
      component("library", url(one, id, id + "-" + version), one.name(), one.version());
    }
  }

  private ObjectNode component(String type, String url, String name, String version) {
    return components
        .addObject()
        .put("type", type)
        .put("bom-ref", url)
        .put("name", name)
        .put("version", version)
        .put("purl", url);
  }

  private static String url(DebianPackage one, String vendor, String system) {
    return "pkg:deb/%s/%s@%s?arch=%s&distro=%s%s"
        .formatted(
            vendor,
            encoded(one.name()),
            encoded(one.version()),
            one.architecture(),
            system,
            one.source().equals(one.name()) ? "" : "&upstream=" + encoded(one.source()));
  }

  /** Distroless keeps a file for each package, others one for all. */
  private static List<DebianPackage> packages(Path dpkg) throws IOException {
    List<Path> files = new ArrayList<>();
    if (Files.isRegularFile(dpkg.resolve("status"))) {
      files.add(dpkg.resolve("status"));
    }
    if (Files.isDirectory(dpkg.resolve("status.d"))) {
      try (Stream<Path> each = Files.list(dpkg.resolve("status.d"))) {
        each.filter(file -> !file.toString().endsWith(".md5sums")).sorted().forEach(files::add);
      }
    }
    List<DebianPackage> packages = new ArrayList<>();
    for (Path file : files) {
      for (String paragraph : PARAGRAPHS.split(Files.readString(file, UTF_8), -1)) {
        DebianPackage.of(fields(paragraph, ": ")).ifPresent(packages::add);
      }
    }
    return packages;
  }

  private static Map<String, String> properties(String text) {
    return fields(text.replace("\"", ""), "=");
  }

  /** What stands at the beginning of lines; those that begin with a blank go on with others. */
  private static Map<String, String> fields(String text, String separator) {
    return text.lines()
        .filter(line -> !line.startsWith(" ") && line.contains(separator))
        .map(line -> line.split(separator, 2))
        .collect(
            Collectors.toMap(field -> field[0].strip(), field -> field[1].strip(), (a, _) -> a));
  }

  /** As a package URL has it. */
  private static String encoded(String text) {
    var out = new StringBuilder();
    for (byte one : text.getBytes(UTF_8)) {
      char c = (char) (one & 0xff);
      boolean plain = (c < 128 && Character.isLetterOrDigit(c)) || ".-_~".indexOf(c) >= 0;
      out.append(plain ? String.valueOf(c) : "%%%02X".formatted((int) c));
    }
    return out.toString();
  }
}
