package dev.weft.control.explain;

import dev.weft.control.refusal.Reason;
import io.grpc.Status.Code;

/** The reasons why questions are not answered. */
final class QuestionRefusals {

    /** The words of the question have no meaning. */
    static final Reason MEANINGLESS = Reason.of("WEFT-L100", Code.INVALID_ARGUMENT);

    /** No object has the name. */
    static final Reason UNKNOWN = Reason.of("WEFT-L103", Code.NOT_FOUND);

    /** Several objects have the name. */
    static final Reason SEVERAL = Reason.of("WEFT-L104", Code.NOT_FOUND);

    /** The Service has no such port, or it leads nowhere. */
    static final Reason NO_PORT = Reason.of("WEFT-L109", Code.NOT_FOUND);

    /** The answer is too long. */
    static final Reason TOO_LONG = Reason.of("WEFT-L354", Code.NOT_FOUND);

    private QuestionRefusals() {}
}
