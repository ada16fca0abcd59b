package dev.weft.proxy.names;

import dev.weft.proxy.gate.Shares;
import dev.weft.proxy.names.Resolver.Answer;
import dev.weft.proxy.names.Resolver.Result;
import dev.weft.proxy.observe.SidecarMetrics;
import java.net.SocketAddress;
import java.util.function.Consumer;

/** Answers one DNS message, from UDP or TCP. Belongs to one event loop. */
final class QueryHandling {
    /** Most waiting questions in total. */
    static final int MAX_WAITING = 1_024;
    /** Most waiting questions of one client's socket. */
    static final int MAX_OF_ONE = 128;

    private final Resolver resolver;
    private final SidecarMetrics metrics;
    private final Shares<SocketAddress> places = new Shares<>(MAX_OF_ONE);
    private int waiting;

    QueryHandling(Resolver resolver, SidecarMetrics metrics) {
        this.resolver = resolver;
        this.metrics = metrics;
    }

    /** Calls back with the answer, or not at all if the message gets no answer. */
    void handle(byte[] message, SocketAddress client, boolean tcp, Consumer<byte[]> callback) {
        switch (Query.read(message)) {
            case Query.Read.Ignored _ -> count(Result.MALFORMED);
            case Query.Read.Wrong wrong -> {
                count(Result.MALFORMED);
                callback.accept(Reply.error(wrong));
            }
            case Query.Read.Asked(Query query) -> asked(query, client, tcp, callback);
        }
    }

    private void asked(Query query, SocketAddress client, boolean tcp, Consumer<byte[]> callback) {
        if (query.ednsVersion() != 0) {
            count(Result.REFUSED);
            callback.accept(Reply.failure(query, Dns.BAD_VERSION));
            return;
        }
        if (waiting >= MAX_WAITING || !places.take(client)) {
            count(Result.LIMITED);
            callback.accept(Reply.failure(query, Dns.SERVER_FAILURE));
            return;
        }
        waiting++;
        resolver.resolve(query, tcp, answer -> {
            waiting--;
            places.give(client);
            count(answer.result());
            callback.accept(fitting(query, tcp, answer));
        });
    }

    private static byte[] fitting(Query query, boolean tcp, Answer answer) {
        return tcp || answer.message().length <= query.maxUdp() ? answer.message() : Reply.truncated(query);
    }

    private void count(Result result) {
        metrics.nameAsked(result.label());
        if (result == Result.LIMITED) {
            metrics.limitHit("names");
        }
    }
}
