package dev.weft.proxy.settings;

import dev.weft.daemon.settings.Flag;
import dev.weft.daemon.settings.Flags;
import dev.weft.daemon.settings.GivenFlags;
import dev.weft.daemon.settings.InvalidSettingsException;
import dev.weft.daemon.text.Durations;
import dev.weft.daemon.text.HostPort;
import dev.weft.identity.spiffe.SpiffeId;
import dev.weft.identity.spiffe.TrustDomain;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** The flags of a sidecar. Each may be given as a variable {@code WEFT_KEY} instead. */
final class ProxyFlags {

    static final List<Flag> ALL = List.of(
            Flag.required("workload", "NAMESPACE/NAME", "namespace/name of the workload served"),
            Flag.optional(
                    "service-account",
                    "NAME",
                    "default",
                    "service account of the workload, in its namespace: the requested identity"),
            Flag.optional("trust-domain", "NAME", "cluster.local", "trust domain of the workload"),
            Flag.required("control-plane", "HOST:PORT", "host:port of the control plane"),
            Flag.optional(
                    "control-plane-id",
                    "SPIFFE-ID",
                    "",
                    "SPIFFE ID that the control plane must prove (default"
                            + " spiffe://<trust-domain>/ns/weft-system/sa/weft-control)"),
            Flag.required("anchors-file", "FILE", "PEM file with the trust anchors of the trust domain"),
            Flag.optional("token-file", "FILE", "", "file with the join token; read at each use"),
            Flag.optional(
                    "workload-token-file",
                    "FILE",
                    "",
                    "file with the workload's token of the platform, for example a Kubernetes ServiceAccount token for the audience"
                            + " weft; read at each use; not beside --token-file"),
            Flag.optional(
                    "state-dir",
                    "DIR",
                    "",
                    "directory that keeps the certificate with its key for a restart; without it they are in memory only"),
            Flag.optional(
                    "outbound-port",
                    "PORT",
                    "15001",
                    "loopback port that captured outbound connections are redirected to"),
            Flag.optional("inbound-port", "PORT", "15006", "port that captured inbound connections are redirected to"),
            Flag.optional("tunnel-port", "PORT", "15008", "port on which other sidecars open tunnels"),
            Flag.optional(
                    "names-port", "PORT", "15053", "loopback port that the workload's DNS queries are redirected to"),
            Flag.optional(
                    "resolv-conf",
                    "FILE",
                    "",
                    "file like /etc/resolv.conf; its name servers answer queries for names outside of the mesh; without it such"
                            + " names do not exist"),
            Flag.optional("admin-address", "IP:PORT", "127.0.0.1:15020", "ip:port of readiness, liveness and metrics"),
            Flag.optional("admin-socket", "PATH", "", "path of a unix socket with all admin pages, for the operator"),
            Flag.optional(
                    "workload-api-socket",
                    "PATH",
                    "",
                    "path of a unix socket with the SPIFFE Workload API for the application"),
            Flag.optional(
                    "mark",
                    "NUMBER",
                    "0x1056",
                    "SO_MARK on every socket that the proxy opens, so that it is not captured; 0 for no mark"),
            Flag.optional("access-log", "FILE", "-", "file of the access log, - for standard output"),
            Flag.optional(
                    "access-log-calls",
                    "BOOLEAN",
                    "false",
                    "true: the access log has each request that the application makes and that is balanced, with its endpoint"),
            Flag.optional(
                    "otlp-endpoint",
                    "URL",
                    "",
                    "http://HOST:PORT of the collector that gets spans of requests, by OTLP; without it there are no spans"),
            Flag.optional(
                    "trace-ratio",
                    "NUMBER",
                    "0.01",
                    "0 to 1: the share of the requests without a trace context that become spans"),
            Flag.optional("drain-grace", "DURATION", "30s", "how long sessions may continue after SIGTERM"),
            Flag.optional(
                    "unmeshed-grace",
                    "DURATION",
                    "5m",
                    "how long addresses outside of the mesh are still reached in plaintext while the control plane is away; 0s"
                            + " means not at all"),
            Flag.optional(
                    "connect-timeout",
                    "DURATION",
                    "5s",
                    "how long the application, the sidecar of an endpoint, or an address outside of the mesh may take to accept"
                            + " a connection"),
            Flag.optional(
                    "peer-silence",
                    "DURATION",
                    "10s",
                    "how long the sidecar of an endpoint may be silent while it has requests or sessions, before it is asked"
                            + " for a sign of life; half of this time later it counts as lost"),
            Flag.optional(
                    "first-head",
                    "DURATION",
                    "10s",
                    "how long a caller may take to send its first request, on a port whose policies judge requests"),
            Flag.optional(
                    "detect-http",
                    "DURATION",
                    "20ms",
                    "how long a connection to several endpoints may be silent, on a port of which nothing is said, before it is"
                            + " carried as bytes; 0s means that all such connections are carried as bytes"),
            Flag.optional(
                    "detect-declared",
                    "DURATION",
                    "300ms",
                    "the same for a port that is declared to speak HTTP or has routes"),
            Flag.optional(
                    "http-idle",
                    "DURATION",
                    "3s",
                    "how long a connection to an endpoint is kept for another HTTP/1.1 request; 0s means that each request has"
                            + " its own connection"),
            Flag.optional(
                    "http-connect",
                    "WHAT",
                    "refuse",
                    "what happens to CONNECT of HTTP/1.1 on a port whose policies judge requests: refuse, or tunnel (policy"
                            + " judges it, and if the application accepts it the connection carries bytes)"),
            Flag.optional(
                    "http-head",
                    "KIB",
                    "32",
                    "KiB that the head of a request or response may have, 8 to 256; a larger request is answered with 431"),
            Flag.optional(
                    "http-fields",
                    "NUMBER",
                    "100",
                    "fields that a head may have, 20 to 1000; a request with more is answered with 431"),
            Flag.optional(
                    "denial-reasons",
                    "WHOM",
                    "identified",
                    "which callers learn the name of the policy that refused a request: all, identified (callers with an identity), or none"),
            Flag.optional(
                    "until-input-ends",
                    "BOOLEAN",
                    "false",
                    "true: ends as on SIGTERM when standard input ends, for example because the parent process is killed"),
            Flag.optional("loops", "NUMBER", "1", "event loops"),
            Flag.optional(
                    "max-sessions",
                    "NUMBER",
                    "16384",
                    "concurrent connections of both directions together; an idle one takes 2 KiB of the heap"),
            Flag.optional(
                    "max-held",
                    "MIB",
                    "64",
                    "MiB that all connections and tunnels together may hold for receivers that do not read; half of the memory for buffers"),
            Flag.optional("log-level", "LEVEL", "info", "error, warn, info, debug or trace"));

    private static final Flags FLAGS = Flags.withVariables("WEFT", ALL);

    private ProxyFlags() {}

    /** Returns the text of {@code --help}. */
    static String usage() {
        return "Usage: weft-proxy --workload NAMESPACE/NAME --control-plane HOST:PORT ...\n\n" + FLAGS.help()
                + "\nEach flag may be given as an environment variable instead: --token-file as WEFT_TOKEN_FILE.\n";
    }

    /**
     * Reads the flags, and the environment variables of flags that are not given.
     *
     * @throws InvalidSettingsException if they cannot be used
     */
    static ProxySettings parse(List<String> arguments, Map<String, String> environment) {
        GivenFlags given = FLAGS.parse(arguments, environment);
        TrustDomain trustDomain =
                given.value("trust-domain", TrustDomain::parse, "a trust domain such as cluster.local");
        String controlId = given.text("control-plane-id");
        return new ProxySettings(
                given.text("workload"),
                given.text("service-account"),
                trustDomain,
                given.value("control-plane", HostPort::unresolved, "host:port"),
                controlId.isEmpty()
                        ? SpiffeId.ofServiceAccount(trustDomain, "weft-system", "weft-control")
                        : given.value("control-plane-id", SpiffeId::parse, "a SPIFFE ID"),
                Path.of(given.text("anchors-file")),
                given.path("token-file"),
                given.path("workload-token-file"),
                given.path("state-dir"),
                given.value("outbound-port", Integer::parseInt, "a port, 0-65535"),
                given.value("inbound-port", Integer::parseInt, "a port, 0-65535"),
                given.value("tunnel-port", Integer::parseInt, "a port, 0-65535"),
                given.value("names-port", Integer::parseInt, "a port, 0-65535"),
                given.path("resolv-conf"),
                given.value("admin-address", HostPort::literal, "ip:port"),
                given.path("admin-socket"),
                given.path("workload-api-socket"),
                given.value("mark", Integer::decode, "a number such as 0x1056"),
                given.text("access-log").equals("-") ? Optional.empty() : given.path("access-log"),
                given.isTrue("access-log-calls"),
                traces(given),
                given.value("drain-grace", Durations::parse, "a duration such as 30s or 5m"),
                given.value("unmeshed-grace", Durations::parse, "a duration such as 30s or 5m"),
                given.value("connect-timeout", Durations::parse, "a duration such as 5s"),
                given.value("peer-silence", Durations::parse, "a duration such as 10s"),
                http(given),
                given.isTrue("until-input-ends"),
                given.value("loops", Integer::parseInt, "a number, 1-256"),
                given.value("max-sessions", Integer::parseInt, "a number, 1-1000000"),
                given.value("max-held", Integer::parseInt, "a number of MiB"),
                given.text("log-level"));
    }

    private static HttpSettings http(GivenFlags given) {
        return new HttpSettings(
                given.value("first-head", Durations::parse, "a duration such as 10s"),
                given.value("detect-http", Durations::parse, "a duration such as 20ms"),
                given.value("detect-declared", Durations::parse, "a duration such as 300ms"),
                given.value("http-idle", Durations::parse, "a duration such as 3s"),
                word(given, "http-connect", HttpConnect.values(), "refuse or tunnel"),
                word(given, "denial-reasons", DenialReasons.values(), "all, identified or none"),
                new HeadLimits(
                        given.value("http-head", Integer::parseInt, "a number of KiB, 8-256"),
                        given.value("http-fields", Integer::parseInt, "a number, 20-1000")));
    }

    /** Returns the value whose name in lower case is given. */
    private static <E extends Enum<E>> E word(GivenFlags given, String name, E[] values, String expected) {
        return given.value(
                name,
                text -> Stream.of(values)
                        .filter(value -> value.name().toLowerCase(Locale.ROOT).equals(text))
                        .findFirst()
                        .orElseThrow(() -> new IllegalArgumentException(text)),
                expected);
    }

    private static TraceSettings traces(GivenFlags given) {
        return new TraceSettings(
                given.text("otlp-endpoint").isEmpty()
                        ? Optional.empty()
                        : Optional.of(given.value(
                                "otlp-endpoint", TraceSettings::endpoint, "a URL such as http://10.0.0.7:4318")),
                given.value("trace-ratio", Double::parseDouble, "a number, 0-1"));
    }
}
