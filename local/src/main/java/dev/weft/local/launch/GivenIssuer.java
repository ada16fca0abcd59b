package dev.weft.local.launch;

import static java.util.Objects.requireNonNull;

import dev.weft.identity.issue.Issuer;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;

/**
 * What a mesh's trust rests on, where somebody brings it along.
 *
 * @param anchors the certificates; their keys are not needed here
 * @param issuer of the mesh's trust domain, signed by one of the anchors
 * @param directory where somebody else keeps the issuer, and replaces it
 */
public record GivenIssuer(List<X509Certificate> anchors, Issuer issuer, Optional<Path> directory) {

    public GivenIssuer {
        anchors = List.copyOf(anchors);
        requireNonNull(issuer, "issuer");
        directory = directory.map(path -> path.toAbsolutePath().normalize());
    }
}
