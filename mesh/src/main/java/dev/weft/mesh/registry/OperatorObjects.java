package dev.weft.mesh.registry;

import dev.weft.identity.spiffe.TrustDomain;
import dev.weft.mesh.model.Revocation;
import dev.weft.mesh.model.TrustDomainObject;
import java.io.IOException;
import java.time.Instant;
import java.util.Optional;

/**
 * The objects that the control plane itself writes, as operators ask it to. A change is in force in the registry when it
 * returns. Safe for use by several threads.
 */
public interface OperatorObjects {

    /** The revocation of this name, if an operator made it. */
    Optional<Revocation> revocation(String name);

    /**
     * Adds a revocation, or puts it in the place of the one of its name.
     *
     * @throws FullException if there is no room for it
     * @throws IOException if it cannot be kept; nothing has changed then
     */
    void put(Revocation revocation) throws IOException;

    /**
     * Takes a revocation back.
     *
     * @throws IOException if that cannot be kept; nothing has changed then
     */
    void remove(String name) throws IOException;

    /**
     * Forgets the revocations that had ended by then.
     *
     * @throws IOException if that cannot be kept; nothing has changed then
     */
    void forgetEnded(Instant by) throws IOException;

    /** Whether an operator has disabled the trust domain. */
    boolean isDisabled(TrustDomain trustDomain);

    /**
     * Disables a trust domain.
     *
     * @throws FullException if there is no room to say so
     * @throws IOException if it cannot be kept; nothing has changed then
     */
    void disable(TrustDomainObject trustDomain) throws IOException;

    /**
     * Has no say in the trust domain any more.
     *
     * @throws IOException if that cannot be kept; nothing has changed then
     */
    void enable(TrustDomain trustDomain) throws IOException;
}
