package dev.weft.local.launch;

import dev.weft.control.certify.CertificateService;
import dev.weft.identity.spiffe.TrustDomain;
import dev.weft.local.state.MeshName;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Which mesh to start, and how.
 *
 * @param file the file that describes it
 * @param name its name on this machine
 * @param network number of its network; empty for the first that no other mesh has
 * @param leafLifetime lifetime of workloads' certificates, from a minute to seven days
 * @param detach whether it outlives this process
 * @param startTimeout longest time until all its workloads are ready
 * @param issuer issuer of its certificates; empty for a new issuer under a new anchor
 * @param keepOnFailure whether it is kept for examination if it does not become ready
 */
public record UpOptions(
        Path file,
        MeshName name,
        String trustDomain,
        OptionalInt network,
        Duration leafLifetime,
        boolean detach,
        Duration startTimeout,
        Optional<GivenIssuer> issuer,
        boolean keepOnFailure) {

    /** @throws IllegalArgumentException if a setting is not valid */
    public UpOptions {
        file = file.toAbsolutePath().normalize();
        TrustDomain.parse(trustDomain);
        if (leafLifetime.compareTo(CertificateService.MIN_LEAF_LIFETIME) < 0
                || leafLifetime.compareTo(CertificateService.MAX_LEAF_LIFETIME) > 0) {
            throw new IllegalArgumentException(
                    "leaf-lifetime: %ss (expected: 1m to 7d)".formatted(leafLifetime.toSeconds()));
        }
        if (!startTimeout.isPositive()) {
            throw new IllegalArgumentException("start-timeout: %s (expected: more than 0)".formatted(startTimeout));
        }
        issuer.map(given -> given.issuer().trustDomain().name()).ifPresent(signsFor -> {
            if (!signsFor.equals(trustDomain)) {
                throw new IllegalArgumentException(
                        "issuer of %s (expected: of %s, the mesh's trust domain)".formatted(signsFor, trustDomain));
            }
        });
    }
}
