"""The API server: one pipeline from a request to the store and back.

routing → authentication → authorization → decoding → defaulting → admission → validation → storage → encoding

Components use the short path of `simulator.api.client`. Everything here speaks in `Request` and `Response`; sockets are
the gateway's business.
"""
