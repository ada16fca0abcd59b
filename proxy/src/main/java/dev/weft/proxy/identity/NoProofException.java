package dev.weft.proxy.identity;

import dev.weft.api.v1.RefusedCall;
import dev.weft.proxy.control.RpcException;
import java.io.IOException;
import java.util.Optional;

/** There is nothing to prove the workload's identity by: no certificate that has not ended, and no token. */
final class NoProofException extends IOException {

    private static final long serialVersionUID = 1L;

    /** In docs/errors.md. */
    private static final String CODE = "WEFT-D036";

    NoProofException(String what) {
        super(what);
    }

    /** Why an attempt to get a certificate failed that another one does not change; empty if another may help. */
    static Optional<RefusedCall> refusal(Throwable failure) {
        return switch (failure) {
            case RpcException rpc -> rpc.refusal();
            case NoProofException none ->
                Optional.of(RefusedCall.newBuilder()
                        .setCode(CODE)
                        .setWhat(String.valueOf(none.getMessage()))
                        .setLasts(true)
                        .build());
            default -> Optional.empty();
        };
    }
}
