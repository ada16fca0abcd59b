package dev.weft.proxy.settings;

import dev.weft.daemon.settings.InvalidSettingsException;
import dev.weft.daemon.text.HostPort;
import dev.weft.identity.spiffe.SpiffeId;
import dev.weft.identity.spiffe.TrustDomain;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The settings that a sidecar starts with.
 *
 * @param workload {@code namespace/name}
 * @param serviceAccount service account of the workload, in its namespace
 * @param trustDomain the workload's trust domain
 * @param controlPlane host:port, unresolved
 * @param controlPlaneId identity that the control plane must prove
 * @param anchorsFile PEM file with the trust domain's anchors
 * @param tokenFile file with the join token, read at each use
 * @param workloadTokenFile file with the platform's token of the workload, read at each use; not beside a join token
 * @param stateDirectory keeps the certificate with its key for a restart; empty for keys in memory only
 * @param outboundPort loopback port of captured outbound connections; 0 lets the kernel choose (for tests)
 * @param inboundPort port of captured inbound connections
 * @param tunnelPort port of other sidecars' tunnels
 * @param namesPort loopback port of the workload's DNS questions
 * @param resolvConf file with the DNS servers for names outside of the mesh; empty for none
 * @param adminAddress where the admin endpoints listen
 * @param adminSocket unix socket of the admin endpoints
 * @param workloadApiSocket unix socket of the SPIFFE Workload API; empty for none
 * @param mark SO_MARK of every socket that the proxy opens, 0 for none
 * @param accessLog file of the access log; empty for standard output
 * @param accessLogCalls whether the access log also has the balanced requests of the application
 * @param traces whether and where spans of requests are sent
 * @param drainGrace how long sessions may continue after SIGTERM
 * @param unmeshedGrace how long addresses outside of the mesh are reached in plaintext while the control plane is away
 * @param connectTimeout how long the application, or the sidecar of an endpoint, may take to accept a connection
 * @param peerSilence after how long the silent sidecar of an endpoint is asked for a sign of life
 * @param http how HTTP is read
 * @param untilInputEnds whether the sidecar ends when standard input does
 * @param loops number of event loops
 * @param maxSessions most sessions at a time, of both directions together
 * @param maxHeldMib most MiB that all sessions together may hold because receivers do not read
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
        Optional<Path> workloadTokenFile,
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
        boolean accessLogCalls,
        TraceSettings traces,
        Duration drainGrace,
        Duration unmeshedGrace,
        Duration connectTimeout,
        Duration peerSilence,
        HttpSettings http,
        boolean untilInputEnds,
        int loops,
        int maxSessions,
        int maxHeldMib,
        String logLevel) {

    private static final int MAX_LOOPS = 256;
    private static final int MOST_SESSIONS = 1_000_000;
    private static final int MOST_HELD = 1_048_576;
    private static final Duration MAX_GRACE = Duration.ofHours(24);
    private static final Duration MIN_CONNECT = Duration.ofMillis(100);
    private static final Duration MAX_CONNECT = Duration.ofMinutes(1);
    private static final Duration MIN_SILENCE = Duration.ofMillis(100);
    private static final Duration MAX_SILENCE = Duration.ofMinutes(10);
    private static final List<String> LEVELS = List.of("error", "warn", "info", "debug", "trace");

    /** Refuses settings that no proxy can run with. */
    public ProxySettings {
        if (!workload.matches("[a-z0-9]([-a-z0-9.]*[a-z0-9])?/[a-z0-9]([-a-z0-9.]*[a-z0-9])?")) {
            throw new InvalidSettingsException("workload: " + workload + " (expected: namespace/name in lower case)");
        }
        if (!serviceAccount.matches("[a-z0-9]([-a-z0-9.]*[a-z0-9])?")) {
            throw new InvalidSettingsException(
                    "service-account: " + serviceAccount + " (expected: a name in lower case)");
        }
        if (tokenFile.isPresent() && workloadTokenFile.isPresent()) {
            throw new InvalidSettingsException("workload-token-file: " + workloadTokenFile.get()
                    + " (expected: not beside token-file, which is " + tokenFile.get() + ")");
        }
        HttpSettings.range("outbound-port", outboundPort, 0, HostPort.MAX_PORT);
        HttpSettings.range("inbound-port", inboundPort, 0, HostPort.MAX_PORT);
        HttpSettings.range("tunnel-port", tunnelPort, 0, HostPort.MAX_PORT);
        HttpSettings.range("names-port", namesPort, 0, HostPort.MAX_PORT);
        HttpSettings.range("loops", loops, 1, MAX_LOOPS);
        HttpSettings.range("max-sessions", maxSessions, 1, MOST_SESSIONS);
        HttpSettings.range("max-held", maxHeldMib, 1, MOST_HELD);
        HttpSettings.range("drain-grace", drainGrace, Duration.ZERO, MAX_GRACE, "0s-24h");
        HttpSettings.range("unmeshed-grace", unmeshedGrace, Duration.ZERO, MAX_GRACE, "0s-24h");
        HttpSettings.range("connect-timeout", connectTimeout, MIN_CONNECT, MAX_CONNECT, "100ms-1m");
        HttpSettings.range("peer-silence", peerSilence, MIN_SILENCE, MAX_SILENCE, "100ms-10m");
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

    /** Returns the text of {@code --help}. */
    public static String usage() {
        return ProxyFlags.usage();
    }

    /**
     * Reads flags ({@code --key value} or {@code --key=value}), and variables ({@code WEFT_KEY}) of flags not given.
     */
    public static ProxySettings parse(List<String> arguments, Map<String, String> environment) {
        return ProxyFlags.parse(arguments, environment);
    }

    /** The identity that the workload requests. */
    public SpiffeId identity() {
        return SpiffeId.ofServiceAccount(trustDomain, workload.substring(0, workload.indexOf('/')), serviceAccount);
    }
}
