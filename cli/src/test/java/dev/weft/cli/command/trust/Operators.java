package dev.weft.cli.command.trust;

import dev.weft.api.v1.BeginRotationRequest;
import dev.weft.api.v1.RotationKind;
import dev.weft.api.v1.TrustOperatorGrpc;
import dev.weft.control.operator.OperatorChannel;
import dev.weft.identity.issue.TrustAnchors;
import dev.weft.identity.keys.Pem;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** An operator's command that is killed when it has begun a rotation. */
final class Operators {

    private Operators() {}

    /** With an anchor whose key is lost. */
    static String begin(Path controlState) {
        return begin(
                controlState,
                Pem.encodeCertificates(List.of(TrustAnchors.create("lost", Duration.ofDays(9), Clock.systemUTC())
                        .certificate())));
    }

    /** With this one; the id of the rotation. */
    static String begin(Path controlState, String anchorPem) {
        try (OperatorChannel channel = OperatorChannel.open(controlState)) {
            return TrustOperatorGrpc.newBlockingStub(channel.channel())
                    .withDeadlineAfter(30, TimeUnit.SECONDS)
                    .beginRotation(BeginRotationRequest.newBuilder()
                            .setKind(RotationKind.ROTATION_KIND_ANCHOR)
                            .setAnchorPem(anchorPem)
                            .build())
                    .getStatus()
                    .getId();
        }
    }
}
