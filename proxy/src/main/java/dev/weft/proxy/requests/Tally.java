package dev.weft.proxy.requests;

/** What is known of a request and of its answer so far, for those who record them. */
final class Tally {
    private static final int MOST_GRPC_STATUS = 16;

    private int status;
    private int grpcStatus = Answers.NONE;
    private long requestBytes;
    private long answerBytes;

    /** Of the final response; 0 if none has begun. */
    int status() {
        return status;
    }

    void status(int value) {
        status = value;
    }

    /** {@link Answers#NONE} if there is none. */
    int grpcStatus() {
        return grpcStatus;
    }

    /** One that gRPC does not have counts as none. */
    void grpcStatus(int value) {
        if (value >= 0 && value <= MOST_GRPC_STATUS) {
            grpcStatus = value;
        }
    }

    long requestBytes() {
        return requestBytes;
    }

    void request(int bytes) {
        requestBytes += bytes;
    }

    long answerBytes() {
        return answerBytes;
    }

    void answer(int bytes) {
        answerBytes += bytes;
    }
}
