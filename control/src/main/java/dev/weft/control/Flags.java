package dev.weft.control;

import dev.weft.control.federation.FederationSettings;
import dev.weft.control.registry.Suggestion;
import dev.weft.identity.spiffe.TrustDomain;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Reads {@code --key value} arguments into {@link ControlSettings}. Strict: what is unknown or repeated is an error. */
final class Flags {

    /** The arguments cannot be used; the message is for whoever typed them. */
    static final class InvalidFlagException extends IllegalArgumentException {
        private static final long serialVersionUID = 1L;

        InvalidFlagException(String message) {
            super(message);
        }
    }

    private record Flag(String value, String fallback, String help) {}

    private static final int MAX_TYPOS = 3;
    private static final int MAX_PORT = 65535;
    private static final Set<String> LOG_LEVELS = Set.of("error", "warn", "info", "debug");
    private static final Map<String, Flag> KNOWN = known();

    private final Map<String, List<String>> given;

    private Flags(Map<String, List<String>> given) {
        this.given = given;
    }

    private static Map<String, Flag> known() {
        Map<String, Flag> known = new LinkedHashMap<>();
        known.put("registry", new Flag("PATH", "", "file or directory with the mesh's objects; may be repeated"));
        known.put("state-dir", new Flag("DIR", "", "anchor, issuer with its key, join tokens; made when empty"));
        known.put("trust-domain", new Flag("NAME", "cluster.local", "the trust domain that it issues for"));
        known.put("listen", new Flag("HOST:PORT", "0.0.0.0:15012", "where proxies connect"));
        known.put("admin-address", new Flag("HOST:PORT", "127.0.0.1:15014", "health, metrics and state, in clear"));
        known.put("leaf-lifetime", new Flag("DURATION", "24h", "life of certificates, 1m to 7d"));
        known.put(
                "issuer-dir",
                new Flag("DIR", "", "tls.crt, tls.key, ca.crt of an issuer that is kept elsewhere; followed"));
        known.put("audit-log", new Flag("FILE", "", "a line for each certificate; without it, in the log"));
        known.put(
                "bundle-endpoint",
                new Flag("HOST:PORT", "", "where others fetch the trust bundle; without it, nowhere"));
        known.put(
                "bundle-endpoint-certificate",
                new Flag("FILE", "", "its certificate (https_web), PEM; else the own SVID"));
        known.put("bundle-endpoint-key", new Flag("FILE", "", "the key of that certificate, PKCS#8 PEM, mode 0600"));
        known.put("bundle-refresh-hint", new Flag("DURATION", "1m", "how often others are to fetch it, 5s to 6h"));
        known.put("log-level", new Flag("LEVEL", "info", "error, warn, info or debug"));
        return known;
    }

    /** What {@code --help} prints. */
    static String help() {
        return KNOWN.entrySet().stream()
                .map(entry -> String.format(
                        Locale.ROOT,
                        "  --%-28s %s%s",
                        entry.getKey() + " " + entry.getValue().value(),
                        entry.getValue().help(),
                        entry.getValue().fallback().isEmpty()
                                ? ""
                                : " (default: " + entry.getValue().fallback() + ")"))
                .collect(Collectors.joining("\n", "weft-control: the control plane of a Weft mesh\n\n", "\n"));
    }

    /**
     * Reads the arguments.
     *
     * @throws InvalidFlagException if they cannot be used
     */
    static ControlSettings parse(List<String> arguments) {
        Map<String, List<String>> given = new LinkedHashMap<>();
        for (int i = 0; i < arguments.size(); i++) {
            String argument = arguments.get(i);
            if (!argument.startsWith("--")) {
                throw new InvalidFlagException(argument + ": not a flag (expected: --key value, or --key=value)");
            }
            int equals = argument.indexOf('=');
            String key = argument.substring(2, equals < 0 ? argument.length() : equals);
            if (!KNOWN.containsKey(key)) {
                throw new InvalidFlagException("--" + key + ": no such flag" + suggestion(key) + "; see --help");
            }
            if (equals < 0 && i + 1 == arguments.size()) {
                throw new InvalidFlagException("--" + key + ": lacks its value");
            }
            List<String> values = given.computeIfAbsent(key, _ -> new ArrayList<>());
            values.add(equals < 0 ? arguments.get(++i) : argument.substring(equals + 1));
            if (values.size() > 1 && !key.equals("registry")) {
                throw new InvalidFlagException("--" + key + ": given twice");
            }
        }
        return new Flags(given).settings();
    }

    private ControlSettings settings() {
        List<Path> registry =
                given.getOrDefault("registry", List.of()).stream().map(Path::of).toList();
        if (registry.isEmpty()) {
            throw new InvalidFlagException("--registry: is missing (expected: a file or directory)");
        }
        String level = value("log-level").toLowerCase(Locale.ROOT);
        if (!LOG_LEVELS.contains(level)) {
            throw new InvalidFlagException("--log-level: " + level + " (expected: error, warn, info or debug)");
        }
        return new ControlSettings(
                registry,
                Path.of(required("state-dir")),
                trustDomain(),
                address("listen"),
                address("admin-address"),
                duration("leaf-lifetime"),
                file("issuer-dir"),
                file("audit-log"),
                federation(),
                level);
    }

    private FederationSettings federation() {
        Optional<Path> certificate = file("bundle-endpoint-certificate");
        Optional<Path> key = file("bundle-endpoint-key");
        if (certificate.isPresent() != key.isPresent()) {
            throw new InvalidFlagException("--bundle-endpoint-certificate and --bundle-endpoint-key belong together");
        }
        try {
            return new FederationSettings(
                    value("bundle-endpoint").isEmpty() ? Optional.empty() : Optional.of(address("bundle-endpoint")),
                    certificate.map(file -> new FederationSettings.WebCertificate(file, key.orElseThrow())),
                    duration("bundle-refresh-hint"));
        } catch (InvalidFlagException e) {
            throw e;
        } catch (IllegalArgumentException e) {
            throw new InvalidFlagException(String.valueOf(e.getMessage()));
        }
    }

    private Optional<Path> file(String key) {
        return Optional.of(value(key)).filter(text -> !text.isEmpty()).map(Path::of);
    }

    private String value(String key) {
        List<String> values = given.get(key);
        if (values != null) {
            return values.getFirst();
        }
        Flag flag = KNOWN.get(key);
        return flag == null ? "" : flag.fallback();
    }

    private String required(String key) {
        String value = value(key);
        if (value.isEmpty()) {
            throw new InvalidFlagException("--" + key + ": is missing");
        }
        return value;
    }

    private TrustDomain trustDomain() {
        try {
            return TrustDomain.parse(value("trust-domain"));
        } catch (IllegalArgumentException e) {
            throw new InvalidFlagException("--trust-domain: " + e.getMessage());
        }
    }

    private InetSocketAddress address(String key) {
        String text = value(key);
        int colon = text.lastIndexOf(':');
        String host = colon < 0 ? "" : text.substring(0, colon).replaceAll("^\\[(.*)]$", "$1");
        String port = text.substring(colon + 1);
        if (host.isEmpty() || !port.matches("[0-9]{1,5}") || Integer.parseInt(port) > MAX_PORT) {
            throw new InvalidFlagException("--" + key + ": " + text + " (expected: host:port, port 0-65535)");
        }
        InetSocketAddress address = new InetSocketAddress(host, Integer.parseInt(port));
        if (address.isUnresolved()) {
            throw new InvalidFlagException("--" + key + ": " + host + " cannot be resolved");
        }
        return address;
    }

    private Duration duration(String key) {
        String text = value(key).toUpperCase(Locale.ROOT);
        try {
            return Duration.parse(text.contains("D") ? "P" + text.replaceFirst("D(?=.)", "DT") : "PT" + text);
        } catch (DateTimeParseException | ArithmeticException _) {
            throw new InvalidFlagException("--" + key + ": " + value(key) + " (expected: as 24h, 90m, 1h30m, 2d)");
        }
    }

    private static String suggestion(String key) {
        String best = "";
        int bestDistance = MAX_TYPOS + 1;
        for (String candidate : KNOWN.keySet()) {
            int distance = Suggestion.edits(key, candidate);
            if (distance < bestDistance) {
                bestDistance = distance;
                best = candidate;
            }
        }
        return best.isEmpty() ? "" : " (did you mean --" + best + "?)";
    }
}
