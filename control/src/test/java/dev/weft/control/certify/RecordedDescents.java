package dev.weft.control.certify;

import dev.weft.identity.spiffe.SpiffeId;
import java.math.BigInteger;
import java.time.Instant;
import java.util.Optional;

/** Records descents as {@link SvidProofs} does, for identities with any number of workloads. */
public final class RecordedDescents {

    private RecordedDescents() {}

    /** Records a descent, and waits until it is stored; returns why it is refused, if it is. */
    public static Optional<Refusal> issued(
            Descents descents, SpiffeId id, BigInteger serialNumber, BigInteger by, Instant ends) {
        try {
            descents.awaitStored(descents.record(id, serialNumber, by, ends, Descents.MAX_OF_AN_IDENTITY));
            return Optional.empty();
        } catch (NotIssuedException e) {
            return Optional.of(e.outcome().refusal());
        }
    }
}
