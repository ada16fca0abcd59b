package dev.weft.proxy.settings;

import dev.weft.identity.spiffe.SpiffeId;
import dev.weft.identity.spiffe.TrustDomain;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Everything that a sidecar is told at its start.
 *
 * @param workload {@code namespace/name}
 * @param serviceAccount of the workload, in its namespace
 * @param trustDomain the workload's trust domain
 * @param controlPlane host:port, unresolved
 * @param controlPlaneId identity that the control plane must prove
 * @param anchorsFile PEM file with the trust domain's anchors
 * @param tokenFile file with the join token, read at each use
 * @param stateDirectory keeps the certificate with its key for a restart; empty for keys in memory only
 * @param outboundPort loopback port of captured outbound connections; 0 lets the kernel choose (for tests)
 * @param inboundPort port of captured inbound connections
 * @param tunnelPort port of other sidecars' tunnels
 * @param namesPort loopback port of the workload's questions for names
 * @param resolvConf file that says whom to ask for names outside of the mesh; empty for nobody
 * @param adminAddress where the admin endpoints listen
 * @param adminSocket unix socket of the admin endpoints
 * @param workloadApiSocket unix socket of the SPIFFE Workload API; empty for none
 * @param mark SO_MARK of every socket that the proxy opens, 0 for none
 * @param accessLog file of the access log; empty for standard output
 * @param drainGrace how long sessions may go on after SIGTERM
 * @param unmeshedGrace how long addresses outside of the mesh are reached in plaintext while the control plane is away
 * @param untilInputEnds whether it ends when standard input does
 * @param loops event loops
 * @param maxSessions sessions at a time, of both directions together
 * @param maxHeldMib MiB that all sessions may hold because nobody takes them
 * @param logLevel error, warn, info, debug or trace
 */
public record ProxySettings(
        String workload,
        String serviceAccount,
        TrustDomain trustDomain,
        InetSocketAddress controlPlane,
        SpiffeId controlPlaneId,
        Path anchorsFile,
        Optional<Path> tokenFile,
        Optional<Path> stateDirectory,
        int outboundPort,
        int inboundPort,
        int tunnelPort,
        int namesPort,
        Optional<Path> resolvConf,
        InetSocketAddress adminAddress,
        Optional<Path> adminSocket,
        Optional<Path> workloadApiSocket,
        int mark,
        Optional<Path> accessLog,
        Duration drainGrace,
        Duration unmeshedGrace,
        boolean untilInputEnds,
        int loops,
        int maxSessions,
        int maxHeldMib,
        String logLevel) {

    private static final int MAX_PORT = 65_535;
    private static final int MAX_LOOPS = 256;
    private static final int MOST_SESSIONS = 1_000_000;
    private static final int MOST_HELD = 1_048_576;
    private static final Duration MAX_GRACE = Duration.ofHours(24);
    private static final List<String> LEVELS = List.of("error", "warn", "info", "debug", "trace");

    /** Refuses what no proxy can run with. */
    public ProxySettings {
        if (!workload.matches("[a-z0-9]([-a-z0-9.]*[a-z0-9])?/[a-z0-9]([-a-z0-9.]*[a-z0-9])?")) {
            throw new InvalidSettingsException("workload: " + workload + " (expected: namespace/name in lower case)");
        }
        if (!serviceAccount.matches("[a-z0-9]([-a-z0-9.]*[a-z0-9])?")) {
            throw new InvalidSettingsException(
                    "service-account: " + serviceAccount + " (expected: a name in lower case)");
        }
        range("outbound-port", outboundPort, 0, MAX_PORT);
        range("inbound-port", inboundPort, 0, MAX_PORT);
        range("tunnel-port", tunnelPort, 0, MAX_PORT);
        range("names-port", namesPort, 0, MAX_PORT);
        range("loops", loops, 1, MAX_LOOPS);
        range("max-sessions", maxSessions, 1, MOST_SESSIONS);
        range("max-held", maxHeldMib, 1, MOST_HELD);
        range("drain-grace", drainGrace);
        range("unmeshed-grace", unmeshedGrace);
        if (!LEVELS.contains(logLevel)) {
            throw new InvalidSettingsException("log-level: " + logLevel + " (expected: one of " + LEVELS + ")");
        }
        if (inboundPort != 0 && (inboundPort == tunnelPort || inboundPort == outboundPort)) {
            throw new InvalidSettingsException("inbound-port: " + inboundPort + " (expected: a port of its own)");
        }
        if (outboundPort != 0 && outboundPort == tunnelPort) {
            throw new InvalidSettingsException("outbound-port: " + outboundPort + " (expected: a port of its own)");
        }
        if (namesPort != 0 && List.of(outboundPort, inboundPort, tunnelPort).contains(namesPort)) {
            throw new InvalidSettingsException("names-port: " + namesPort + " (expected: a port of its own)");
        }
    }

    /** The text of {@code --help}. */
    public static String usage() {
        return Setting.usage();
    }

    /** Reads flags ({@code --key value} or {@code --key=value}), then variables ({@code WEFT_KEY}) for what flags don't say. */
    public static ProxySettings parse(List<String> arguments, Map<String, String> environment) {
        Map<Setting, String> given = new EnumMap<>(Setting.class);
        new TreeMap<>(environment)
                .forEach((name, value) -> Setting.byVariable(name).ifPresent(setting -> given.put(setting, value)));
        given.putAll(flags(arguments));
        return new Reader(given).read();
    }

    private static Map<Setting, String> flags(List<String> arguments) {
        Map<Setting, String> flags = new EnumMap<>(Setting.class);
        for (int i = 0; i < arguments.size(); i++) {
            String argument = arguments.get(i);
            if (!argument.startsWith("--")) {
                throw new InvalidSettingsException("argument: " + argument + " (expected: --key value; see --help)");
            }
            int equals = argument.indexOf('=');
            String key = equals < 0 ? argument.substring(2) : argument.substring(2, equals);
            Setting setting = Setting.byKey(key).orElseThrow(() -> unknown(key));
            String value;
            if (equals >= 0) {
                value = argument.substring(equals + 1);
            } else if (i + 1 < arguments.size()) {
                value = arguments.get(++i);
            } else {
                throw new InvalidSettingsException("--" + key + ": no value (expected: --" + key + " value)");
            }
            if (flags.put(setting, value) != null) {
                throw new InvalidSettingsException("--" + key + ": given twice (expected: once)");
            }
        }
        return flags;
    }

    private static InvalidSettingsException unknown(String key) {
        String hint = Setting.suggestion(key)
                .map(s -> "did you mean --" + s + "?")
                .orElse("see --help for the flags there are");
        return new InvalidSettingsException("--" + key + ": unknown flag (" + hint + ")");
    }

    private static void range(String key, Duration grace) {
        if (grace.isNegative() || grace.compareTo(MAX_GRACE) > 0) {
            throw new InvalidSettingsException(key + ": " + grace + " (expected: 0s-24h)");
        }
    }

    private static void range(String key, int value, int from, int to) {
        if (value < from || value > to) {
            throw new InvalidSettingsException(key + ": " + value + " (expected: " + from + "-" + to + ")");
        }
    }

    /** Turns the texts into values. */
    private record Reader(Map<Setting, String> given) {
        ProxySettings read() {
            TrustDomain trustDomain =
                    value(Setting.TRUST_DOMAIN, TrustDomain::parse, "a trust domain as cluster.local");
            String controlId = text(Setting.CONTROL_PLANE_ID);
            return new ProxySettings(
                    text(Setting.WORKLOAD),
                    text(Setting.SERVICE_ACCOUNT),
                    trustDomain,
                    value(Setting.CONTROL_PLANE, HostPort::unresolved, "host:port"),
                    controlId.isEmpty()
                            ? SpiffeId.ofServiceAccount(trustDomain, "weft-system", "weft-control")
                            : value(Setting.CONTROL_PLANE_ID, SpiffeId::parse, "a SPIFFE ID"),
                    Path.of(text(Setting.ANCHORS_FILE)),
                    path(Setting.TOKEN_FILE),
                    path(Setting.STATE_DIR),
                    value(Setting.OUTBOUND_PORT, Integer::parseInt, "a port, 0-65535"),
                    value(Setting.INBOUND_PORT, Integer::parseInt, "a port, 0-65535"),
                    value(Setting.TUNNEL_PORT, Integer::parseInt, "a port, 0-65535"),
                    value(Setting.NAMES_PORT, Integer::parseInt, "a port, 0-65535"),
                    path(Setting.RESOLV_CONF),
                    value(Setting.ADMIN_ADDRESS, HostPort::literal, "ip:port"),
                    path(Setting.ADMIN_SOCKET),
                    path(Setting.WORKLOAD_API_SOCKET),
                    value(Setting.MARK, Integer::decode, "a number, as 0x1056"),
                    text(Setting.ACCESS_LOG).equals("-") ? Optional.empty() : path(Setting.ACCESS_LOG),
                    value(Setting.DRAIN_GRACE, HostPort::duration, "a duration, as 30s or 5m"),
                    value(Setting.UNMESHED_GRACE, HostPort::duration, "a duration, as 30s or 5m"),
                    value(Setting.UNTIL_INPUT_ENDS, Reader::yesOrNo, "true or false"),
                    value(Setting.LOOPS, Integer::parseInt, "a number, 1-256"),
                    value(Setting.MAX_SESSIONS, Integer::parseInt, "a number, 1-1000000"),
                    value(Setting.MAX_HELD, Integer::parseInt, "a number of MiB"),
                    text(Setting.LOG_LEVEL));
        }

        private String text(Setting setting) {
            @Nullable String value = given.get(setting);
            if (value != null) {
                return value;
            }
            return setting.defaultValue()
                    .orElseThrow(() -> new InvalidSettingsException("--" + setting.key() + ": missing (expected: --"
                            + setting.key() + " or " + setting.variable() + "; see --help)"));
        }

        private static boolean yesOrNo(String text) {
            return switch (text) {
                case "true" -> true;
                case "false" -> false;
                default -> throw new IllegalArgumentException(text);
            };
        }

        private Optional<Path> path(Setting setting) {
            String value = text(setting);
            return value.isEmpty() ? Optional.empty() : Optional.of(Path.of(value));
        }

        private <T> T value(Setting setting, java.util.function.Function<String, T> parse, String expected) {
            String text = text(setting);
            try {
                return parse.apply(text);
            } catch (IllegalArgumentException e) {
                throw new InvalidSettingsException(
                        "--" + setting.key() + ": " + text + " (expected: " + expected + ")");
            }
        }
    }

    /** The identity that the workload asks for. */
    public SpiffeId identity() {
        return SpiffeId.ofServiceAccount(trustDomain, workload.substring(0, workload.indexOf('/')), serviceAccount);
    }
}
