package dev.weft.control;

import dev.weft.control.federation.FederationSettings;
import dev.weft.daemon.settings.Flag;
import dev.weft.daemon.settings.Flags;
import dev.weft.daemon.settings.GivenFlags;
import dev.weft.daemon.settings.InvalidSettingsException;
import dev.weft.daemon.text.Durations;
import dev.weft.daemon.text.HostPort;
import dev.weft.identity.spiffe.TrustDomain;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** Reads the control plane's arguments into {@link ControlSettings}. */
final class ControlFlags {

    private static final Set<String> LOG_LEVELS = Set.of("error", "warn", "info", "debug");

    private static final Flag REGISTRY =
            Flag.repeatable("registry", "PATH", "file or directory with the mesh's objects; may be repeated");

    private static final List<Flag> COMMON = List.of(
            Flag.required("state-dir", "DIR", "anchor, issuer with its key, join tokens; made when empty"),
            Flag.optional("trust-domain", "NAME", "cluster.local", "the trust domain that it issues for"),
            Flag.optional("listen", "HOST:PORT", "0.0.0.0:15012", "where proxies connect"),
            Flag.optional("admin-address", "HOST:PORT", "127.0.0.1:15014", "health, metrics and state, in clear"),
            Flag.optional("leaf-lifetime", "DURATION", "24h", "life of certificates, 1m to 7d"),
            Flag.optional(
                    "issuer-dir", "DIR", "", "tls.crt, tls.key, ca.crt of an issuer that is kept elsewhere; followed"),
            Flag.optional("first-issuer-dir", "DIR", "", "tls.crt, tls.key, ca.crt to begin with; not looked at again"),
            Flag.optional("audit-log", "FILE", "", "a line for each certificate; without it, in the log"),
            Flag.optional(
                    "bundle-endpoint", "HOST:PORT", "", "where others fetch the trust bundle; without it, nowhere"),
            Flag.optional(
                    "bundle-endpoint-certificate", "FILE", "", "its certificate (https_web), PEM; else the own SVID"),
            Flag.optional("bundle-endpoint-key", "FILE", "", "the key of that certificate, PKCS#8 PEM, mode 0600"),
            Flag.optional("bundle-refresh-hint", "DURATION", "1m", "how often others are to fetch it, 5s to 6h"),
            Flag.optional("log-level", "LEVEL", "info", "error, warn, info or debug"));

    /** The flags of a control plane whose objects are files. */
    static final ControlFlags OVER_FILES = new ControlFlags(true);

    /** The flags of a control plane on a platform that holds the objects. */
    static final ControlFlags OVER_A_PLATFORM = new ControlFlags(false);

    private final boolean files;
    private final Flags flags;

    private ControlFlags(boolean files) {
        this.files = files;
        this.flags = Flags.of(Stream.concat(files ? Stream.of(REGISTRY) : Stream.of(), COMMON.stream())
                .toList());
    }

    /** Returns the text that {@code --help} prints. */
    String help() {
        return "weft-control: the control plane of a Weft mesh\n\n" + flags.help();
    }

    /**
     * Reads the arguments.
     *
     * @throws InvalidSettingsException if they cannot be used
     */
    ControlSettings read(List<String> arguments) {
        GivenFlags given = flags.parse(arguments, Map.of());
        String level = given.text("log-level").toLowerCase(Locale.ROOT);
        if (!LOG_LEVELS.contains(level)) {
            throw new InvalidSettingsException("--log-level: " + level + " (expected: error, warn, info or debug)");
        }
        if (given.path("issuer-dir").isPresent()
                && given.path("first-issuer-dir").isPresent()) {
            throw new InvalidSettingsException(
                    "--issuer-dir and --first-issuer-dir exclude each other: the one is followed, the other is not");
        }
        return new ControlSettings(
                files ? given.all("registry").stream().map(Path::of).toList() : List.of(),
                Path.of(given.text("state-dir")),
                given.value("trust-domain", TrustDomain::parse, "a trust domain, as cluster.local"),
                address(given, "listen"),
                address(given, "admin-address"),
                given.value("leaf-lifetime", Durations::parse, "a duration, as 24h, 90m, 1h30m or 2d"),
                given.path("issuer-dir"),
                given.path("first-issuer-dir"),
                given.path("audit-log"),
                federation(given),
                level);
    }

    private static FederationSettings federation(GivenFlags given) {
        Optional<Path> certificate = given.path("bundle-endpoint-certificate");
        Optional<Path> key = given.path("bundle-endpoint-key");
        if (certificate.isPresent() != key.isPresent()) {
            throw new InvalidSettingsException(
                    "--bundle-endpoint-certificate and --bundle-endpoint-key belong together");
        }
        Duration hint = given.value("bundle-refresh-hint", Durations::parse, "5s to 6h, whole seconds");
        try {
            return new FederationSettings(
                    given.text("bundle-endpoint").isEmpty()
                            ? Optional.empty()
                            : Optional.of(address(given, "bundle-endpoint")),
                    certificate.map(file -> new FederationSettings.WebCertificate(file, key.orElseThrow())),
                    hint);
        } catch (InvalidSettingsException e) {
            throw e;
        } catch (IllegalArgumentException e) {
            throw new InvalidSettingsException(String.valueOf(e.getMessage()));
        }
    }

    private static InetSocketAddress address(GivenFlags given, String name) {
        InetSocketAddress named = given.value(name, HostPort::unresolved, "host:port, port 0-65535");
        InetSocketAddress address = new InetSocketAddress(named.getHostString(), named.getPort());
        if (address.isUnresolved()) {
            throw new InvalidSettingsException("--" + name + ": " + named.getHostString() + " cannot be resolved");
        }
        return address;
    }
}
