package dev.weft.proxy.identity;

import dev.weft.api.v1.RefusedCall;
import dev.weft.proxy.control.RpcException;
import java.io.IOException;
import java.util.Optional;

/** The workload's identity cannot be proven: there is no certificate that has not ended, and no token. */
final class NoProofException extends IOException {

    /** Error code, see docs/errors.md. */
    private static final String CODE = "WEFT-D036";

    NoProofException(String what) {
        super(what);
    }

    /** Returns why an attempt failed, if another attempt does not change that; empty if another may help. */
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
