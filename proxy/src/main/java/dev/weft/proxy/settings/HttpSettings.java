package dev.weft.proxy.settings;

import dev.weft.daemon.settings.InvalidSettingsException;
import java.time.Duration;

/**
 * How a sidecar reads HTTP.
 *
 * @param firstHead how long a caller may take to send its first request on a port where policy judges requests
 * @param detection how long a connection may be silent on a port whose protocol is not declared, before it counts as
 *     bytes; zero if such connections are bytes in any case
 * @param declaredDetection the same where HTTP is declared or routed
 * @param idle how long a session with an endpoint is kept for another HTTP/1.1 request; zero if none is kept
 * @param connect what happens to CONNECT requests
 * @param denialReasons which callers get the name of the policy that refused their request
 * @param heads how large heads may be
 */
public record HttpSettings(
        Duration firstHead,
        Duration detection,
        Duration declaredDetection,
        Duration idle,
        HttpConnect connect,
        DenialReasons denialReasons,
        HeadLimits heads) {

    private static final Duration MIN_FIRST_HEAD = Duration.ofMillis(100);
    private static final Duration MAX_FIRST_HEAD = Duration.ofMinutes(10);
    private static final Duration MAX_DETECTION = Duration.ofSeconds(10);
    private static final Duration MIN_DECLARED = Duration.ofMillis(10);
    private static final Duration MAX_IDLE = Duration.ofMinutes(10);

    /** Refuses settings that no proxy can run with. */
    public HttpSettings {
        range("first-head", firstHead, MIN_FIRST_HEAD, MAX_FIRST_HEAD, "100ms-10m");
        range("detect-http", detection, Duration.ZERO, MAX_DETECTION, "0s-10s");
        range("detect-declared", declaredDetection, MIN_DECLARED, MAX_DETECTION, "10ms-10s");
        range("http-idle", idle, Duration.ZERO, MAX_IDLE, "0s-10m");
    }

    static void range(String key, int value, int from, int to) {
        if (value < from || value > to) {
            throw new InvalidSettingsException(key + ": " + value + " (expected: " + from + "-" + to + ")");
        }
    }

    static void range(String key, Duration value, Duration from, Duration to, String expected) {
        if (value.compareTo(from) < 0 || value.compareTo(to) > 0) {
            throw new InvalidSettingsException(key + ": " + value + " (expected: " + expected + ")");
        }
    }
}
