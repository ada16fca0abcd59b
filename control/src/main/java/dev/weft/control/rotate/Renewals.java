package dev.weft.control.rotate;

import com.google.protobuf.ByteString;
import dev.weft.api.v1.Renewal;
import java.time.Duration;
import java.util.Optional;

/** Tells proxies which issuer must sign their certificates. */
final class Renewals {

    private Renewals() {}

    static Optional<Renewal> wanted(Rotation rotation, Duration spread) {
        return rotation.wantedIssuer()
                .map(key -> Renewal.newBuilder()
                        .setIssuerKeySha256(ByteString.copyFrom(key.bytes()))
                        .setSpreadMillis((int) spread.toMillis())
                        .build());
    }
}
