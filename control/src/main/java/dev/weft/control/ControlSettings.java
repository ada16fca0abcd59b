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
 * What a control plane is told when it starts.
 *
 * @param registry files and directories with the mesh's objects; none where a platform has them
 * @param stateDirectory see {@link dev.weft.control.state.ControlState}
 * @param issuerDirectory where the issuer is kept, if not in the state directory alone
 * @param firstIssuer where the first issuer is, if the control plane does not make it; the state has it from then on
 * @param auditLog file; empty for the program's own log
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
