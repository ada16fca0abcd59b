package dev.weft.control.certify;

import static java.util.Objects.requireNonNull;

import dev.weft.control.token.Machines;
import dev.weft.identity.keys.SignatureProvider;

/**
 * What certificates are issued with: what is asked and written down before one is handed out, and who computes.
 *
 * @param machines that joined from outside
 * @param descents which certificate came of which
 * @param residents who is a workload of the mesh
 * @param signatures computes the signatures of requests and certificates
 */
public record Accounts(Machines machines, Descents descents, Residents residents, SignatureProvider signatures) {

    /** With the JDK's signatures. */
    public Accounts(Machines machines, Descents descents, Residents residents) {
        this(machines, descents, residents, SignatureProvider.JDK);
    }

    public Accounts {
        requireNonNull(machines, "machines");
        requireNonNull(descents, "descents");
        requireNonNull(residents, "residents");
        requireNonNull(signatures, "signatures");
    }
}
