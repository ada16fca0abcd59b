package dev.weft.bench.measure;

import dev.weft.bench.proc.Memory;

/**
 * Memory of the two proxies of a pair in one state.
 *
 * @param pair whose
 * @param state when
 * @param client the proxy beside the client
 * @param server the proxy beside the server
 */
public record MemoryFigure(String pair, State state, Memory client, Memory server) {
    /** When memory is looked at. */
    public enum State {
        /** Freshly started, one request done. */
        IDLE("idle"),
        /** With {@link dev.weft.bench.settings.BenchSettings#IDLE_CONNECTIONS} connections that do nothing. */
        CONNECTIONS("1,000 idle connections"),
        /** After all the warm load. */
        AFTER_LOAD("after load");

        private final String title;

        State(String title) {
            this.title = title;
        }

        /** For tables. */
        public String title() {
            return title;
        }
    }
}
