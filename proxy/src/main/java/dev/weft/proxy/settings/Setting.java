package dev.weft.proxy.settings;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The settings by name, with what {@code --help} says of each. */
enum Setting {
    WORKLOAD("workload", null, "namespace/name of the workload served (required)"),
    SERVICE_ACCOUNT(
            "service-account", "default", "service account of the workload, in its namespace: the identity asked for"),
    TRUST_DOMAIN("trust-domain", "cluster.local", "trust domain of the workload"),
    CONTROL_PLANE("control-plane", null, "host:port of the control plane (required)"),
    CONTROL_PLANE_ID(
            "control-plane-id",
            "",
            "SPIFFE ID that the control plane must prove (default"
                    + " spiffe://<trust-domain>/ns/weft-system/sa/weft-control)"),
    ANCHORS_FILE("anchors-file", null, "PEM file with the trust anchors of the trust domain (required)"),
    TOKEN_FILE("token-file", "", "file with the join token; read at each use"),
    STATE_DIR(
            "state-dir",
            "",
            "directory that keeps the certificate with its key for a restart; without it they are in memory only"),
    OUTBOUND_PORT("outbound-port", "15001", "loopback port that captured outbound connections are redirected to"),
    INBOUND_PORT("inbound-port", "15006", "port that captured inbound connections are redirected to"),
    TUNNEL_PORT("tunnel-port", "15008", "port on which other sidecars open tunnels"),
    NAMES_PORT("names-port", "15053", "loopback port that the workload's questions for names are redirected to"),
    RESOLV_CONF(
            "resolv-conf",
            "",
            "file, as /etc/resolv.conf, whose name servers are asked for names outside of the mesh; without it there are"
                    + " no such names"),
    ADMIN_ADDRESS("admin-address", "127.0.0.1:15020", "ip:port of readiness, liveness and metrics"),
    ADMIN_SOCKET("admin-socket", "", "path of a unix socket with all admin pages, for the operator"),
    WORKLOAD_API_SOCKET(
            "workload-api-socket", "", "path of a unix socket with the SPIFFE Workload API for the application"),
    MARK("mark", "0x1056", "SO_MARK on every socket that the proxy opens, so that it isn't captured; 0 for none"),
    ACCESS_LOG("access-log", "-", "file of the access log, - for standard output"),
    DRAIN_GRACE("drain-grace", "30s", "how long sessions may go on after SIGTERM"),
    UNMESHED_GRACE(
            "unmeshed-grace",
            "5m",
            "how long addresses outside of the mesh are still reached in plaintext while the control plane is away; 0s"
                    + " for not at all"),
    UNTIL_INPUT_ENDS(
            "until-input-ends",
            "false",
            "true: ends as on SIGTERM when standard input ends, as when whoever holds its other end is killed"),
    LOOPS("loops", "1", "event loops"),
    MAX_SESSIONS(
            "max-sessions",
            "16384",
            "connections at a time, both directions together; one that is idle takes 2 KiB of the heap"),
    MAX_HELD(
            "max-held",
            "64",
            "MiB that all connections together may hold because nobody takes them; half of the memory for buffers"),
    LOG_LEVEL("log-level", "info", "error, warn, info, debug or trace");

    private static final int MAX_SUGGESTION_DISTANCE = 4;

    private final String key;
    private final @Nullable String defaultValue;
    private final String help;

    Setting(String key, @Nullable String defaultValue, String help) {
        this.key = key;
        this.defaultValue = defaultValue;
        this.help = help;
    }

    String key() {
        return key;
    }

    String variable() {
        return "WEFT_" + key.toUpperCase(Locale.ROOT).replace('-', '_');
    }

    Optional<String> defaultValue() {
        return Optional.ofNullable(defaultValue);
    }

    static Optional<Setting> byKey(String key) {
        return Arrays.stream(values()).filter(s -> s.key.equals(key)).findFirst();
    }

    static Optional<Setting> byVariable(String name) {
        return Arrays.stream(values()).filter(s -> s.variable().equals(name)).findFirst();
    }

    /** The known key nearest to {@code key}, when it is near enough to be meant. */
    static Optional<String> suggestion(String key) {
        List<String> keys = Arrays.stream(values()).map(Setting::key).toList();
        String best = "";
        int bestDistance = Integer.MAX_VALUE;
        for (String candidate : keys) {
            int distance = distance(key, candidate);
            if (distance < bestDistance) {
                best = candidate;
                bestDistance = distance;
            }
        }
        boolean near = bestDistance <= Math.min(MAX_SUGGESTION_DISTANCE, Math.max(1, key.length() / 2));
        return near ? Optional.of(best) : Optional.empty();
    }

    static String usage() {
        StringBuilder out =
                new StringBuilder("Usage: weft-proxy --workload NAMESPACE/NAME --control-plane HOST:PORT ...\n\n");
        for (Setting setting : values()) {
            out.append(String.format(Locale.ROOT, "  --%-18s %s", setting.key, setting.help));
            setting.defaultValue()
                    .filter(v -> !v.isEmpty())
                    .ifPresent(v -> out.append(" (default ").append(v).append(')'));
            out.append('\n');
        }
        return out.append("\n"
                        + "Each flag may be given as an environment variable instead: --token-file as"
                        + " WEFT_TOKEN_FILE.\n")
                .toString();
    }

    /** Levenshtein distance. */
    private static int distance(String a, String b) {
        int[] previous = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            previous[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int[] current = new int[b.length() + 1];
            current[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int replace = previous[j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                current[j] = Math.min(replace, Math.min(previous[j], current[j - 1]) + 1);
            }
            previous = current;
        }
        return previous[b.length()];
    }
}
