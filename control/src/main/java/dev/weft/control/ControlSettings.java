package dev.weft.control;

import static java.util.Objects.requireNonNull;

import dev.weft.control.federation.FederationSettings;
import dev.weft.identity.spiffe.TrustDomain;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * The settings of a control plane, fixed at its start.
 *
 * @param registry files and directories with the mesh's objects; empty where a platform holds them
 * @param stateDirectory see {@link dev.weft.control.state.ControlState}
 * @param issuerDirectory directory of an issuer that is maintained elsewhere; empty if the issuer is in the state
 *     directory alone
 * @param firstIssuer directory of the first issuer, which is copied into the state; empty if the control plane creates
 *     the first issuer itself
 * @param auditLog file of the audit log; empty for the program's own log
 */
public record ControlSettings(
        List<Path> registry,
        Path stateDirectory,
        TrustDomain trustDomain,
        InetSocketAddress listen,
        InetSocketAddress adminAddress,
        Duration leafLifetime,
        Optional<Path> issuerDirectory,
        Optional<Path> firstIssuer,
        Optional<Path> auditLog,
        FederationSettings federation,
        String logLevel) {

    public ControlSettings {
        registry = List.copyOf(registry);
        requireNonNull(stateDirectory, "stateDirectory");
        requireNonNull(trustDomain, "trustDomain");
        requireNonNull(listen, "listen");
        requireNonNull(adminAddress, "adminAddress");
        requireNonNull(leafLifetime, "leafLifetime");
        requireNonNull(issuerDirectory, "issuerDirectory");
        requireNonNull(firstIssuer, "firstIssuer");
        requireNonNull(auditLog, "auditLog");
        requireNonNull(federation, "federation");
        requireNonNull(logLevel, "logLevel");
    }
}
