package dev.weft.mesh.registry;

import dev.weft.identity.spiffe.TrustDomain;
import dev.weft.mesh.model.Revocation;
import dev.weft.mesh.model.TrustDomainObject;
import java.io.IOException;
import java.time.Instant;
import java.util.Optional;

/**
 * The objects that the control plane itself writes at an operator's request. A change is in force in the registry when
 * the method returns. If it cannot be stored, nothing has changed, and the method throws an IOException. Safe for use
 * by several threads.
 */
public interface OperatorObjects {

    /** Returns the revocation of this name, if an operator made it. */
    Optional<Revocation> revocation(String name);

    /**
     * Adds a revocation, or replaces the one of the same name.
     *
     * @throws FullException if there is no room for it
     */
    void put(Revocation revocation) throws IOException;

    /** Removes a revocation. */
    void remove(String name) throws IOException;

    /** Removes the revocations that had expired at this time. */
    void forgetEnded(Instant by) throws IOException;

    /** Whether an operator has disabled the trust domain. */
    boolean isDisabled(TrustDomain trustDomain);

    /**
     * Disables a trust domain.
     *
     * @throws FullException if there is no room for it
     */
    void disable(TrustDomainObject trustDomain) throws IOException;

    /** Withdraws the operator's entry for a trust domain. Its state then depends on the other sources only. */
    void enable(TrustDomain trustDomain) throws IOException;
}
